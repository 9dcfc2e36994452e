import type { Matrix } from "../../linalg/matrix.ts";

/** Rows that look alike: multiplier·(a row of the matrix)·x, less a border, less an offset. */
export interface RowBlock {
  /** Shape (T, n); variables from n on have no coefficients but for the border. */
  readonly matrix: Matrix;
  readonly multiplier: number;
  /** The variable that is subtracted, such as the quantile of CVaR; absent means none. */
  readonly border?: number;
  /** Length T. */
  readonly offsets: Float64Array;
}

/**
 * The matrix A and the vector b of z = Av − b, in blocks of rows. Columns are gathered, and kept,
 * once they are asked for: few assets are ever held.
 */
export class KinkRows {
  readonly count: number;
  /** b, length `count`. */
  readonly offsets: Float64Array;
  readonly #blocks: readonly RowBlock[];
  /** Place of the first row of each block, and the end of the last. */
  readonly #starts: readonly number[];
  readonly #columns = new Map<number, Float64Array>();

  constructor(blocks: readonly RowBlock[]) {
    const starts = [0];
    for (const { matrix } of blocks) {
      starts.push((starts.at(-1) ?? 0) + matrix.rows);
    }
    this.#blocks = blocks;
    this.#starts = starts;
    this.count = starts.at(-1) ?? 0;
    this.offsets = new Float64Array(this.count);
    for (const [k, { offsets }] of blocks.entries()) {
      this.offsets.set(offsets, starts[k]);
    }
  }

  /** Gives the coefficients of a variable in all rows, which must not be changed. */
  column(variable: number): Float64Array {
    const known = this.#columns.get(variable);
    if (known !== undefined) {
      return known;
    }
    const column = new Float64Array(this.count);
    for (const [k, block] of this.#blocks.entries()) {
      this.#fillColumn(block, variable, column.subarray(this.#starts[k], this.#starts[k + 1]));
    }
    this.#columns.set(variable, column);
    return column;
  }

  #fillColumn({ matrix, multiplier, border }: RowBlock, variable: number, out: Float64Array) {
    const { cols, values } = matrix;
    if (variable >= cols) {
      out.fill(border === variable ? -1 : 0);
      return;
    }
    for (let t = 0; t < out.length; t++) {
      out[t] = multiplier * values[t * cols + variable];
    }
  }

  /** Adds a multiple of a row to a vector over all variables. */
  addRow(row: number, factor: number, out: Float64Array): void {
    const k = this.#blockOf(row);
    const { matrix, multiplier, border } = this.#blocks[k];
    const { cols, values } = matrix;
    const start = (row - this.#starts[k]) * cols;
    const scaled = factor * multiplier;
    for (let j = 0; j < cols; j++) {
      out[j] += scaled * values[start + j];
    }
    if (border !== undefined) {
      out[border] -= factor;
    }
  }

  /** Computes a row times a vector over all variables, without the offset. */
  rowTimes(row: number, v: Float64Array): number {
    const k = this.#blockOf(row);
    const { matrix, multiplier, border } = this.#blocks[k];
    const { cols, values } = matrix;
    const start = (row - this.#starts[k]) * cols;
    let sum = 0;
    for (let j = 0; j < cols; j++) {
      sum += values[start + j] * v[j];
    }
    return multiplier * sum - (border === undefined ? 0 : v[border]);
  }

  /** Gives where the rows of a block are. */
  range(block: number): readonly [start: number, end: number] {
    return [this.#starts[block], this.#starts[block + 1]];
  }

  #blockOf(row: number): number {
    let k = 0;
    while (row >= this.#starts[k + 1]) {
      k += 1;
    }
    return k;
  }
}
