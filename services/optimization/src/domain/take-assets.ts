import type { Matrix } from "@portfolio/quant";

/** Copies some entries of a vector, in the order of the indices. */
export function takeEntries(values: Float64Array, indices: readonly number[]): Float64Array {
  return Float64Array.from(indices, (index) => values[index] ?? Number.NaN);
}

/** Copies the rows and columns of some assets of a square matrix. */
export function takeSubmatrix({ cols, values }: Matrix, assets: readonly number[]): Matrix {
  const n = assets.length;
  const taken = assets.flatMap((i) => assets.map((j) => values[i * cols + j] ?? Number.NaN));
  return { rows: n, cols: n, values: Float64Array.from(taken) };
}

/** Copies the rows from one on and some columns. */
export function takeColumnsFrom(
  { rows, cols, values }: Matrix,
  firstRow: number,
  columns: readonly number[],
): Matrix {
  const n = columns.length;
  if (n === cols && columns.every((column, k) => column === k)) {
    return { rows: rows - firstRow, cols, values: values.slice(firstRow * cols, rows * cols) };
  }
  const taken = new Float64Array((rows - firstRow) * n);
  for (let t = firstRow; t < rows; t++) {
    for (let k = 0; k < n; k++) {
      taken[(t - firstRow) * n + k] = values[t * cols + (columns[k] ?? 0)] ?? Number.NaN;
    }
  }
  return { rows: rows - firstRow, cols: n, values: taken };
}

/** Puts entries at their indices, among zeros. */
export function spreadEntries(
  values: Float64Array,
  indices: readonly number[],
  length: number,
): Float64Array {
  const spread = new Float64Array(length);
  for (const [k, index] of indices.entries()) {
    spread[index] = values[k] ?? 0;
  }
  return spread;
}
