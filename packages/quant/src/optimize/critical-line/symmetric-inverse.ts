import { SymmetricMatrix } from "./symmetric-matrix.ts";

// An entry that is this much smaller than its change has lost too many digits.
const CANCELLATION = 1e7;

/**
 * The inverse of a symmetric matrix that gains and loses lines, each of which changes the inverse by a
 * matrix of rank one.
 */
export class SymmetricInverse extends SymmetricMatrix {
  /**
   * Appends a line to the matrix.
   *
   * @param solved - The inverse times the line; it is overwritten.
   * @param complement - Schur complement: the diagonal entry less line'·solved.
   */
  append(solved: Float64Array, complement: number): void {
    this.change(solved, 1 / complement);
    for (let a = 0; a < this.size; a++) {
      solved[a] /= -complement;
    }
    this.appendLine(solved, 1 / complement);
  }

  /**
   * Strikes a line out of the matrix; the last one takes its place.
   *
   * @param column - Its column of the inverse; it is reordered.
   * @returns Whether the inverse has kept its digits. It loses them when the line made the matrix
   *   nearly singular, and should then be computed afresh.
   */
  remove(line: number, column: Float64Array): boolean {
    const last = this.size - 1;
    const pivot = column[line];
    column[line] = column[last];
    column[last] = pivot;
    this.dropLine(line);
    return this.change(column, -1 / pivot);
  }

  /** Adds factor·xx'. Says whether the inverse has kept its digits. */
  change(x: Float64Array, factor: number): boolean {
    return this.addOuter(x, factor, CANCELLATION);
  }
}
