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
  let t = 0;
  // Four rows for each time a sum is read and written; the terms are added in the same order.
  for (; t + 3 < rows; t += 4) {
    const first = t * cols;
    for (let j = 0; j < cols; j++) {
      const at = first + j;
      const two = sums[j] + values[at] + values[at + cols];
      sums[j] = two + values[at + 2 * cols] + values[at + 3 * cols];
    }
  }
  for (; t < rows; t++) {
    for (let j = 0; j < cols; j++) {
      sums[j] += values[t * cols + j];
    }
  }
  return sums.map((sum) => sum / rows);
}
