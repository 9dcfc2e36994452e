import type { Matrix } from "../linalg/matrix.ts";
import {
  biasedCovariance,
  meanVarianceOf,
  type ShrunkCovariance,
  shrinkToIdentity,
  squaredNormOf,
} from "./shrinkage.ts";
import type { WindowEstimates } from "./sliding-covariance.ts";

/**
 * Computes the oracle approximating shrinkage (OAS) of the covariance to a multiple of the identity.
 *
 * (1 − δ)·S + δ·m·I, with S the covariance divided by T and m its mean variance. The weight is
 * δ = min(1, (a + m²) / ((T + 1)(a − m²/n))), a being the mean square of the entries of S: the
 * form for many assets, as in scikit-learn. It shrinks better than Ledoit–Wolf when returns are
 * Gaussian, above all when days are few. Positive definite unless every variance is 0.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @param sample - Their means and unbiased covariance, where they are at hand.
 * @returns The covariance per period, and δ. For one asset δ is 0.
 * @throws {ArgumentError} There are fewer than two rows, or a return is not finite.
 * @see Chen, Wiesel, Eldar & Hero (2010), "Shrinkage algorithms for MMSE covariance
 *   estimation", doi:10.1109/TSP.2010.2053029
 */
export function oracleApproximatingCovariance(
  returns: Matrix,
  sample?: WindowEstimates,
): ShrunkCovariance {
  const { covariance } = biasedCovariance(returns, sample);
  const meanVariance = meanVarianceOf(covariance);
  const shrinkage = returns.cols === 1 ? 0 : oracleWeight(covariance, meanVariance, returns.rows);
  return { covariance: shrinkToIdentity(covariance, shrinkage, meanVariance), shrinkage };
}

/** Computes δ. It is 1 when S is already m·I. */
function oracleWeight(covariance: Matrix, meanVariance: number, periodCount: number): number {
  const { rows: n, values } = covariance;
  const meanSquare = squaredNormOf(values) / values.length;
  const squaredMean = meanVariance * meanVariance;
  const distance = (periodCount + 1) * (meanSquare - squaredMean / n);
  return distance > 0 ? Math.min(1, (meanSquare + squaredMean) / distance) : 1;
}
