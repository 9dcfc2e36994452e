import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";

/**
 * Computes the arithmetic mean of each column.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 1.
 * @returns Means per period, length n.
 * @throws {ArgumentError} There is no row.
 */
export function historicalMean(returns: Matrix): Float64Array {
  const { rows, cols, values } = returns;
  if (rows < 1) {
    throw new ArgumentError("a mean needs at least 1 row of returns, got 0");
  }
  const sums = new Float64Array(cols);
  for (let t = 0; t < rows; t++) {
    const offset = t * cols;
    for (let j = 0; j < cols; j++) {
      sums[j] += values[offset + j];
    }
  }
  return sums.map((sum) => sum / rows);
}
