import { ArgumentError } from "../errors.ts";
import { exponentialWeights, weightedMean } from "../expected-returns/exponential-mean.ts";
import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { biasCorrection } from "./exponential-variance.ts";
import { requireObservations } from "./observations.ts";

/**
 * Computes the exponentially weighted covariance of the columns, without bias.
 *
 * Σₜ ωₜ (xₜ − m)(xₜ − m)' / (1 − Σₜ ωₜ²) with weights of sum 1 and their mean m:
 * `ewm(halflife).cov(bias=False)` of pandas. Equal weights give the sample covariance.
 *
 * @param returns - Returns, one row per period, oldest first, shape (T, n), T ≥ 2.
 * @param halfLife - Periods after which a return counts half, positive.
 * @returns Covariance per period, shape (n, n).
 * @throws {ArgumentError} There are fewer than two rows, a return is not finite, the half-life is not a positive
 *   finite number, or it is so short that only one row counts.
 */
export function exponentialCovariance(returns: Matrix, halfLife: number): Matrix {
  requireObservations(returns, 2);
  const weights = exponentialWeights(returns.rows, halfLife);
  const debias = biasCorrection(weights);
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
