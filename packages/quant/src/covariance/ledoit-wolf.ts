import type { Matrix } from "../linalg/matrix.ts";
import {
  biasedCovariance,
  meanFourthPower,
  meanVarianceOf,
  type ShrunkCovariance,
  shrinkToIdentity,
  squaredNormOf,
} from "./shrinkage.ts";
import type { WindowEstimates } from "./sliding-covariance.ts";

/**
 * Computes the Ledoit–Wolf covariance, shrunk toward a multiple of the identity.
 *
 * (1 − δ)·S + δ·m·I, with S the covariance divided by T (not T − 1, as in the paper),
 * m its mean variance, and δ the weight that minimizes the expected squared Frobenius
 * distance to the true covariance. Positive definite unless every variance is 0.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @param sample - Their means and unbiased covariance, where they are at hand.
 * @returns The covariance per period, and δ. For one asset δ is 0.
 * @throws {ArgumentError} There are fewer than two rows, or a return is not finite.
 * @see Ledoit & Wolf (2004), "A well-conditioned estimator for large-dimensional
 *   covariance matrices", doi:10.1016/S0047-259X(03)00096-4
 */
export function ledoitWolfCovariance(returns: Matrix, sample?: WindowEstimates): ShrunkCovariance {
  const { means, covariance } = biasedCovariance(returns, sample);
  const meanVariance = meanVarianceOf(covariance);
  const shrinkage =
    returns.cols === 1 ? 0 : optimalShrinkage(returns, means, covariance.values, meanVariance);
  return { covariance: shrinkToIdentity(covariance, shrinkage, meanVariance), shrinkage };
}

/** Computes δ = min(b̄², d²) / d² of the paper's section 3.3. It is 0 when S is already m·I. */
function optimalShrinkage(
  returns: Matrix,
  means: Float64Array,
  sample: Float64Array,
  meanVariance: number,
): number {
  const { rows, cols: n } = returns;
  const squaredNorm = squaredNormOf(sample);
  const distance = squaredNorm - n * meanVariance * meanVariance;
  const noise = (meanFourthPower(returns, means) - squaredNorm) / rows;
  const bounded = Math.min(noise, distance);
  return bounded > 0 ? bounded / distance : 0;
}
