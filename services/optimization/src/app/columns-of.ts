import type { Matrix } from "@portfolio/quant";

/** Copies some columns of a matrix, in the order given. */
export function columnsOf({ rows, cols, values }: Matrix, columns: readonly number[]): Matrix {
  const taken = new Float64Array(rows * columns.length);
  for (let t = 0; t < rows; t++) {
    for (const [j, column] of columns.entries()) {
      taken[t * columns.length + j] = values[t * cols + column] ?? 0;
    }
  }
  return { rows, cols: columns.length, values: taken };
}
