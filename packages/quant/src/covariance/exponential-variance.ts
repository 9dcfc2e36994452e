import { ArgumentError } from "../errors.ts";
import { exponentialWeights, weightedMean } from "../expected-returns/exponential-mean.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { requireObservations } from "./observations.ts";

/**
 * Computes the exponentially weighted variances of the columns, without bias and without
 * correlations: n numbers at a cost of T·n, where the covariance costs T·n².
 *
 * `ewm(halflife).var(bias=False)` of pandas, the diagonal of `exponentialCovariance`.
 *
 * @param returns - Returns, one row per period, oldest first, shape (T, n), T ≥ 2.
 * @param halfLife - Periods after which a return counts half, positive.
 * @returns Variances per period, length n.
 * @throws {ArgumentError} There are fewer than two rows, a return is not finite, the half-life is
 *   not a positive finite number, or it is so short that only one row counts.
 */
export function exponentialVariance(returns: Matrix, halfLife: number): Float64Array {
  requireObservations(returns, 2);
  const weights = exponentialWeights(returns.rows, halfLife);
  const debias = biasCorrection(weights);
  if (debias === 0) {
    throw new ArgumentError(`half-life of ${halfLife} periods leaves only the last return`);
  }
  const { rows, cols: n, values } = returns;
  const means = weightedMean(returns, weights);
  const sums = new Float64Array(n);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < n; j++) {
      sums[j] += weights[t] * (values[t * n + j] - means[j]) ** 2;
    }
  }
  return sums.map((sum) => sum / debias);
}

/** Computes 1 − Σω² of weights that sum to 1; it keeps its digits when the last is nearly 1. */
export function biasCorrection(weights: Float64Array): number {
  const last = weights[weights.length - 1];
  let remainder = 0;
  let debias = 0;
  for (let t = 0; t < weights.length - 1; t++) {
    remainder += weights[t];
    debias += weights[t] * (1 - weights[t]);
  }
  return debias + last * remainder;
}
