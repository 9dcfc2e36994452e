/**
 * Solves the optimality system of a working set,
 *
 *   K = [ Σ_FF  A_RF' ]
 *       [ A_RF    0   ]
 *
 * over the free assets F and the active rows R. Freeing or fixing an asset and activating or
 * dropping a row all border K with one line or strike one out.
 *
 * Items are numbered as in the simplex tableau: assets 0 … n − 1, rows n … n + m − 1.
 */
export interface KktSolver {
  /** Items of K in the order of its lines; the first `size` count. */
  readonly items: Int32Array;
  /** Line of each item, or -1. */
  readonly position: Int32Array;
  readonly size: number;
  /** Whether K is so close to singular that removing a line leaves few digits of K⁻¹. */
  readonly isFragile: boolean;

  /** Computes K⁻¹ times the line that `item` would have in K, without its own diagonal entry. */
  solveBorder(item: number, solved: Float64Array): void;

  /** Computes K⁻¹·x for a vector over the lines of K. */
  multiply(x: Float64Array, product: Float64Array): void;

  /** Copies column `line` of K⁻¹. */
  column(line: number, copy: Float64Array): void;

  /**
   * Appends an item to K.
   *
   * @param solved - K⁻¹ times the item's border line.
   * @param complement - Schur complement: the item's diagonal entry less border'·solved.
   */
  append(item: number, solved: Float64Array, complement: number): void;

  /**
   * Strikes an item out of K. `column` is its column of K⁻¹ and is reordered.
   *
   * @returns Whether K⁻¹ has kept its digits. It loses them when the item made K nearly
   *   singular, and should then be computed afresh.
   */
  remove(item: number, column: Float64Array): boolean;

  /** Makes K fragile, until it is computed afresh. */
  noteFragility(): void;

  /** Accounts for `increase`, which Σ is about to gain, on the diagonal of K at `line`. */
  raiseDiagonal(line: number, increase: number, scratch: Float64Array): void;

  /**
   * Starts over from a square system: as many free assets as rows.
   *
   * @param assets - Free assets, length r.
   * @param rows - Active rows as items, length r.
   * @param inverse - Inverse of A_RF, row-major: asset by row, shape (r, r).
   */
  restart(assets: readonly number[], rows: readonly number[], inverse: Float64Array): void;
}
