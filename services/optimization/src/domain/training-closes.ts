import type { Matrix } from "@portfolio/quant";

/**
 * Strings some returns together to closes, so that what was left out leaves no gap.
 *
 * @param returnRows - Return t is that from row t of the closes to the next; ascending.
 */
export function trainingCloses({ cols, values }: Matrix, returnRows: Int32Array): Matrix {
  const closes = new Float64Array((returnRows.length + 1) * cols).fill(1, 0, cols);
  for (const [k, row] of returnRows.entries()) {
    for (let j = 0; j < cols; j++) {
      const before = values[row * cols + j] ?? 0;
      const after = values[(row + 1) * cols + j] ?? 0;
      closes[(k + 1) * cols + j] = (closes[k * cols + j] ?? 0) * (after / before);
    }
  }
  return { rows: returnRows.length + 1, cols, values: closes };
}

/** Builds closes that have given returns, from 1 on. @param returns - Shape (T, N). */
export function closesOf({ rows, cols, values }: Matrix): Matrix {
  const closes = new Float64Array((rows + 1) * cols).fill(1, 0, cols);
  for (let k = 0; k < rows * cols; k++) {
    closes[k + cols] = (closes[k] ?? 0) * (1 + (values[k] ?? 0));
  }
  return { rows: rows + 1, cols, values: closes };
}
