import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";

/**
 * Computes the constant return per period that compounds to the same wealth, of each column.
 *
 * (∏ₜ (1 + rₜ))^(1/T) − 1, the geometric mean. It is below the arithmetic one by about half the
 * variance. Logarithms are summed, so that long histories neither overflow nor lose digits.
 *
 * @param returns - Simple returns, one row per period, shape (T, n), T ≥ 1, each at least −1.
 * @returns Means per period, length n; −1 where an asset has lost everything.
 * @throws {ArgumentError} There is no row, or a return is below −1 or not finite.
 */
export function compoundMean(returns: Matrix): Float64Array {
  const { rows, cols, values } = returns;
  if (rows < 1) {
    throw new ArgumentError("a mean needs at least 1 row of returns, got 0");
  }
  const sums = new Float64Array(cols);
  for (let t = 0; t < rows; t++) {
    const offset = t * cols;
    for (let j = 0; j < cols; j++) {
      const value = values[offset + j];
      if (!(value >= -1 && value < Number.POSITIVE_INFINITY)) {
        throw new ArgumentError(`return (${t}, ${j}) is ${value}, not a number of at least -1`);
      }
      sums[j] += Math.log1p(value);
    }
  }
  return sums.map((sum) => Math.expm1(sum / rows));
}
