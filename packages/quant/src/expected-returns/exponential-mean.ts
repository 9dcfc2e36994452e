import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";

/**
 * Computes the exponentially weighted mean of each column.
 *
 * The last row weighs 1, the row k periods before it weighs 2^(−k / halfLife), and the
 * weights are divided by their sum: `ewm(halflife, adjust=True).mean()` of pandas.
 *
 * @param returns - Returns, one row per period, oldest first, shape (T, n), T ≥ 1.
 * @param halfLife - Periods after which a return counts half, positive.
 * @returns Means per period, length n.
 * @throws {ArgumentError} There is no row, or the half-life is not a positive finite number.
 */
export function exponentialMean(returns: Matrix, halfLife: number): Float64Array {
  return weightedMean(returns, exponentialWeights(returns.rows, halfLife));
}

/**
 * Computes exponential weights that sum to 1, the last one largest.
 *
 * @throws {ArgumentError} The count is below 1, or the half-life is not positive and finite.
 */
export function exponentialWeights(count: number, halfLife: number): Float64Array {
  if (!(halfLife > 0 && halfLife < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`half-life is ${halfLife} periods, not a positive finite number`);
  }
  if (count < 1) {
    throw new ArgumentError("exponential weights need at least 1 row of returns, got 0");
  }
  const weights = new Float64Array(count);
  let total = 0;
  for (let t = 0; t < count; t++) {
    weights[t] = 2 ** (-(count - 1 - t) / halfLife);
    total += weights[t];
  }
  return weights.map((weight) => weight / total);
}

/** Computes Σₜ ωₜ xₜ of the rows. */
export function weightedMean(returns: Matrix, weights: Float64Array): Float64Array {
  const { rows, cols, values } = returns;
  const mean = new Float64Array(cols);
  for (let t = 0; t < rows; t++) {
    const offset = t * cols;
    for (let j = 0; j < cols; j++) {
      mean[j] += weights[t] * values[offset + j];
    }
  }
  return mean;
}
