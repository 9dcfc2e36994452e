import { ArgumentError } from "../errors.ts";
import { choleskySolve } from "../linalg/cholesky.ts";
import { dot, type Matrix } from "../linalg/matrix.ts";
import { historicalMean } from "./historical-mean.ts";
import { deviationsFrom, factorInUnits, isAtTarget, requireCovarianceOf } from "./shrunk-mean.ts";

/** Means that are a combination of the historical ones and of a target. */
export interface CombinedMean {
  /** Means per period, length n. */
  readonly means: Float64Array;
  /** Weight of the historical means. */
  readonly historicalWeight: number;
  /** Weight of the target. The two weights need not sum to 1. */
  readonly targetWeight: number;
}

/**
 * Computes the means of Bodnar, Okhrin and Parolya: the combination α·m + β·g·1 of historical means
 * and their grand mean g that loses least, both weights estimated.
 *
 * With u = m'Σ⁻¹m, v = g·m'Σ⁻¹1 and w = g²·1'Σ⁻¹1, α = ((u − n/(T − n))·w − v²) / (uw − v²) and
 * β = (1 − α)·v/w. The weights are not held between 0 and 1, as in the paper and in skfolio.
 *
 * @param returns - Returns, one row per period, shape (T, n), T > n.
 * @param covariance - Covariance Σ per period, shape (n, n).
 * @returns The means per period and both weights. The historical means when they are all equal, or
 *   when their grand mean is 0. Nothing when Σ is singular, for then it has no inverse.
 * @throws {ArgumentError} There are no more rows than assets, or Σ has another shape.
 * @see Bodnar, Okhrin & Parolya (2019), "Optimal shrinkage estimator for high-dimensional mean
 *   vector", eq. 2.14, doi:10.1016/j.jmva.2018.07.004
 */
export function bodnarOkhrinParolyaMean(
  returns: Matrix,
  covariance: Matrix,
): CombinedMean | undefined {
  const { rows, cols: n } = returns;
  requireCovarianceOf(covariance, n);
  if (rows <= n) {
    throw new ArgumentError(`Bodnar–Okhrin–Parolya means need over ${n} rows, got ${rows}`);
  }
  const means = historicalMean(returns);
  const target = means.reduce((sum, mean) => sum + mean, 0) / n;
  const { unit, factor } = factorInUnits(covariance);
  if (factor === undefined) {
    return undefined;
  }
  if (target === 0 || isAtTarget(deviationsFrom(means, target), means)) {
    return { means, historicalWeight: 1, targetWeight: 0 };
  }
  const ones = choleskySolve(factor, new Float64Array(n).fill(1));
  const scaled = means.map((mean) => mean / Math.sqrt(unit));
  const scaledTarget = target / Math.sqrt(unit);
  const u = dot(scaled, choleskySolve(factor, scaled));
  const v = scaledTarget * dot(scaled, ones);
  const w = scaledTarget ** 2 * ones.reduce((sum, entry) => sum + entry, 0);
  const alpha = ((u - n / (rows - n)) * w - v ** 2) / (u * w - v ** 2);
  const beta = ((1 - alpha) * v) / w;
  return {
    means: means.map((mean) => alpha * mean + beta * target),
    historicalWeight: alpha,
    targetWeight: beta,
  };
}
