import type { Cone } from "./cones/cone.ts";
import type { PlacedBlock } from "./conic-problem.ts";

/** A right side, and what becomes of it; see `reduce`. */
interface RightSide {
  readonly locals: Float64Array;
  readonly seen: Float64Array;
  readonly borders: Float64Array;
  readonly reduced: Float64Array;
}

/**
 * Eliminates the locals of a block from its scaled rows, scenario by scenario.
 *
 * The rows √H⁻¹·[locals | link | borders] of a scenario are brought to triangular form by Givens
 * rotations. Unlike the Schur complement of their Gram matrix this subtracts nothing, so it keeps
 * its digits when scalings of one scenario differ by 1e20, as they do near the optimum.
 */
export class BlockFactor {
  readonly block: PlacedBlock;
  /** After elimination √D of every scenario: the block adds R'DR to the Hessian of the assets. */
  readonly rootWeights: Float64Array;
  /** Border entries of the row that holds √D, shape (T, borders). */
  readonly linkBorders: Float64Array;
  /** What the block adds to the Hessian of its borders, shape (borders, borders). */
  readonly borderHessian: Float64Array;
  /** Triangular rows [locals | link | borders] of the locals, shape (T, k, width). */
  readonly localRows: Float64Array;
  /** k + 1 + borders. */
  readonly width: number;
  readonly #cones: readonly { cone: Cone; row: number }[];
  readonly #scenario: Float64Array;
  readonly #template: Float64Array;

  /** @param stepRow - The row that is left out. */
  constructor(block: PlacedBlock, cones: readonly { cone: Cone; row: number }[], stepRow?: number) {
    const borders = block.borders.length;
    this.block = block;
    this.#cones = cones;
    this.width = block.locals + 1 + borders;
    this.rootWeights = new Float64Array(block.scenarios);
    this.linkBorders = new Float64Array(block.scenarios * borders);
    this.borderHessian = new Float64Array(borders * borders);
    this.localRows = new Float64Array(block.scenarios * block.locals * this.width);
    this.#scenario = new Float64Array(block.rowCount * this.width);
    this.#template = templateOf(block, this.width);
    if (stepRow !== undefined) {
      this.#template.fill(0, stepRow * this.width, (stepRow + 1) * this.width);
    }
  }

  /** Factors every scenario with the current scalings of the cones. */
  factor(): void {
    const { locals, scenarios, rowCount, borders } = this.block;
    const width = this.width;
    const rows = this.#scenario;
    this.borderHessian.fill(0);
    for (let t = 0; t < scenarios; t++) {
      rows.set(this.#template);
      for (const { cone, row } of this.#cones) {
        cone.applyRoot(t, rows, row, width);
      }
      for (let column = 0; column <= locals; column++) {
        rotateColumn(rows, rowCount, width, column);
      }
      this.localRows.set(rows.subarray(0, locals * width), t * locals * width);
      const linkRow = locals * width;
      const hasLinkRow = rowCount > locals;
      this.rootWeights[t] = hasLinkRow ? rows[linkRow + locals] : 0;
      for (let b = 0; b < borders.length; b++) {
        const entry = hasLinkRow ? rows[linkRow + locals + 1 + b] : 0;
        this.linkBorders[t * borders.length + b] = entry;
      }
      this.#addBorderRows();
    }
  }

  /**
   * Takes the locals out of a right side (or a column): solves the triangle for them and subtracts
   * what they carry over to the link and the borders.
   *
   * @param locals - Shape (T, k).
   * @param seen - Length T; changed.
   * @param borders - Changed, at the block's border indices.
   * @param reduced - Receives the solved locals, shape (T, k).
   */
  reduce(
    locals: Float64Array,
    seen: Float64Array,
    borders: Float64Array,
    reduced: Float64Array,
  ): void {
    this.reduceFirst(this.block.locals, { locals, seen, borders, reduced });
  }

  /** Does the same for the first locals of every scenario only. */
  protected reduceFirst(count: number, { locals, seen, borders, reduced }: RightSide): void {
    const k = this.block.locals;
    const width = this.width;
    const rows = this.localRows;
    for (let t = 0; t < this.block.scenarios; t++) {
      for (let j = 0; j < count; j++) {
        let sum = locals[t * k + j];
        for (let i = 0; i < j; i++) {
          sum -= rows[(t * k + i) * width + j] * reduced[t * k + i];
        }
        const row = (t * k + j) * width;
        const value = sum / rows[row + j];
        reduced[t * k + j] = value;
        seen[t] -= rows[row + k] * value;
        for (let b = 0; b < this.block.borders.length; b++) {
          borders[this.block.borders[b]] -= rows[row + k + 1 + b] * value;
        }
      }
    }
  }

  /**
   * Finds the locals that belong to solved weights and borders, in place of `reduced`.
   *
   * @param seen - What the scenarios see of the solved weights, length T.
   * @param borders - Solved borders.
   */
  recover(seen: Float64Array, borders: Float64Array, reduced: Float64Array): void {
    this.recoverFirst(this.block.locals, { seen, borders, reduced });
  }

  /** Does the same for the first locals of every scenario, once the others are found. */
  protected recoverFirst(
    count: number,
    { seen, borders, reduced }: Omit<RightSide, "locals">,
  ): void {
    const k = this.block.locals;
    const width = this.width;
    const rows = this.localRows;
    for (let t = 0; t < this.block.scenarios; t++) {
      for (let j = count - 1; j >= 0; j--) {
        const row = (t * k + j) * width;
        let sum = reduced[t * k + j] - rows[row + k] * seen[t];
        for (let b = 0; b < this.block.borders.length; b++) {
          sum -= rows[row + k + 1 + b] * borders[this.block.borders[b]];
        }
        for (let i = j + 1; i < k; i++) {
          sum -= rows[row + i] * reduced[t * k + i];
        }
        reduced[t * k + j] = sum / rows[row + j];
      }
    }
  }

  #addBorderRows(): void {
    const { locals, rowCount, borders } = this.block;
    const count = borders.length;
    for (let r = locals; r < rowCount; r++) {
      const row = r * this.width + locals + 1;
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          this.borderHessian[a * count + b] += this.#scenario[row + a] * this.#scenario[row + b];
        }
      }
    }
  }
}

function templateOf(block: PlacedBlock, width: number): Float64Array {
  const { rowCount, locals, borders } = block;
  const template = new Float64Array(rowCount * width);
  for (let r = 0; r < rowCount; r++) {
    for (let j = 0; j < locals; j++) {
      template[r * width + j] = block.localCoefficients[r * locals + j];
    }
    template[r * width + locals] = block.linkCoefficients[r];
    for (let b = 0; b < borders.length; b++) {
      template[r * width + locals + 1 + b] = block.borderCoefficients[r * borders.length + b];
    }
  }
  return template;
}

/** Rotates rows below `column` into row `column` so that the column is 0 below it. */
function rotateColumn(rows: Float64Array, count: number, width: number, column: number): void {
  const pivot = column * width;
  for (let i = column + 1; i < count; i++) {
    const row = i * width;
    const a = rows[pivot + column];
    const b = rows[row + column];
    if (b === 0) {
      continue;
    }
    const size =
      Math.abs(a) > 1e-140 || Math.abs(b) > 1e-140 ? Math.sqrt(a * a + b * b) : Math.hypot(a, b);
    const cosine = a / size;
    const sine = b / size;
    rows[pivot + column] = size;
    rows[row + column] = 0;
    for (let j = column + 1; j < width; j++) {
      const upper = rows[pivot + j];
      const lower = rows[row + j];
      rows[pivot + j] = cosine * upper + sine * lower;
      rows[row + j] = cosine * lower - sine * upper;
    }
  }
}
