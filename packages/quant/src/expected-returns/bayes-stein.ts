import { choleskySolve } from "../linalg/cholesky.ts";
import { dot, type Matrix } from "../linalg/matrix.ts";
import { historicalMean } from "./historical-mean.ts";
import {
  deviationsFrom,
  factorInUnits,
  isAtTarget,
  requireCovarianceOf,
  type ShrunkMean,
  shrinkMean,
} from "./shrunk-mean.ts";

/**
 * Computes Bayes–Stein means: historical means, shrunk to that of the minimum-variance portfolio.
 *
 * (1 − β)·m + β·g with g = 1'Σ⁻¹m / 1'Σ⁻¹1, the mean of the portfolio of least variance without
 * bounds, and β = (n + 2) / (n + 2 + T·(m − g)'Σ⁻¹(m − g)).
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 1.
 * @param covariance - Covariance Σ per period, shape (n, n).
 * @returns The means per period, and β, over 0 and at most 1; it is 0 when all means are equal.
 *   Nothing when Σ is singular, for then it has no inverse.
 * @throws {ArgumentError} There is no row, or Σ has another shape.
 * @see Jorion (1986), "Bayes–Stein estimation for portfolio analysis", doi:10.2307/2331042
 */
export function bayesSteinMean(returns: Matrix, covariance: Matrix): ShrunkMean | undefined {
  const means = historicalMean(returns);
  const n = means.length;
  requireCovarianceOf(covariance, n);
  const { unit, factor } = factorInUnits(covariance);
  if (factor === undefined) {
    return undefined;
  }
  const weights = choleskySolve(factor, new Float64Array(n).fill(1));
  const target = dot(weights, means) / weights.reduce((sum, weight) => sum + weight, 0);
  const deviations = deviationsFrom(means, target);
  if (isAtTarget(deviations, means)) {
    return { means, shrinkage: 0 };
  }
  const scaled = deviations.map((deviation) => deviation / Math.sqrt(unit));
  const distance = returns.rows * dot(scaled, choleskySolve(factor, scaled));
  return shrinkMean(means, target, (n + 2) / (n + 2 + distance));
}
