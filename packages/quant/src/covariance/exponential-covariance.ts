import { ArgumentError } from "../errors.ts";
import { exponentialWeights, weightedMean } from "../expected-returns/exponential-mean.ts";
import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";

/**
 * Computes the exponentially weighted covariance of the columns, without bias.
 *
 * Σₜ ωₜ (xₜ − m)(xₜ − m)' / (1 − Σₜ ωₜ²) with weights of sum 1 and their mean m:
 * `ewm(halflife).cov(bias=False)` of pandas. Equal weights give the sample covariance.
 *
 * @param returns - Returns, one row per period, oldest first, shape (T, n), T ≥ 2.
 * @param halfLife - Periods after which a return counts half, positive.
 * @returns Covariance per period, shape (n, n).
 * @throws {ArgumentError} There are fewer than two rows, the half-life is not a positive
 *   finite number, or it is so short that only one row counts.
 */
export function exponentialCovariance(returns: Matrix, halfLife: number): Matrix {
  if (returns.rows < 2) {
    throw new ArgumentError(`covariance needs at least 2 rows of returns, got ${returns.rows}`);
  }
  const weights = exponentialWeights(returns.rows, halfLife);
  const last = weights[weights.length - 1];
  // 1 − Σω², summed so that it keeps its digits when the last weight is nearly 1.
  let remainder = 0;
  let debias = 0;
  for (let t = 0; t < weights.length - 1; t++) {
    remainder += weights[t];
    debias += weights[t] * (1 - weights[t]);
  }
  debias += last * remainder;
  if (debias === 0) {
    throw new ArgumentError(`half-life of ${halfLife} periods leaves only the last return`);
  }
  const products = centeredGram(returns, weightedMean(returns, weights), weights.map(Math.sqrt));
  const { values } = products;
  for (let k = 0; k < values.length; k++) {
    values[k] /= debias;
  }
  return products;
}
