import { dot, type Matrix } from "../linalg/matrix.ts";
import { symmetricEigenvalues } from "../linalg/symmetric-eigen.ts";
import { historicalMean } from "./historical-mean.ts";
import {
  deviationsFrom,
  isAtTarget,
  requireCovarianceOf,
  type ShrunkMean,
  shrinkMean,
} from "./shrunk-mean.ts";

/**
 * Computes James–Stein means: historical means, shrunk to the mean of all assets.
 *
 * (1 − β)·m + β·g with the grand mean g and β = (tr Σ − 2 λ₁) / (T ‖m − g‖²), λ₁ being the
 * largest eigenvalue of Σ, held between 0 and 1. When one source of risk makes up more than half
 * of all variance, as often with stocks of one market, β is 0 and the means stay as they are.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 1.
 * @param covariance - Covariance Σ per period, shape (n, n), positive semidefinite.
 * @returns The means per period, and β. It is 0 when all means are equal.
 * @throws {ArgumentError} There is no row, or Σ has another shape.
 * @see James & Stein (1961), "Estimation with quadratic loss"; Jorion (1986), "Bayes–Stein
 *   estimation for portfolio analysis", doi:10.2307/2331042
 */
export function jamesSteinMean(returns: Matrix, covariance: Matrix): ShrunkMean {
  const means = historicalMean(returns);
  const n = means.length;
  requireCovarianceOf(covariance, n);
  const target = means.reduce((sum, mean) => sum + mean, 0) / n;
  const deviations = deviationsFrom(means, target);
  if (isAtTarget(deviations, means)) {
    return { means, shrinkage: 0 };
  }
  const eigenvalues = symmetricEigenvalues(covariance);
  const largest = eigenvalues[n - 1];
  if (!(largest > 0)) {
    return shrinkMean(means, target, 0);
  }
  // In units of the largest eigenvalue and deviation, whose sums do not overflow.
  const excess = eigenvalues.reduce((sum, value) => sum + value / largest, -2);
  const unit = deviations.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const shares = deviations.map((value) => value / unit);
  const optimal = (excess * (largest / unit / unit)) / (returns.rows * dot(shares, shares));
  return shrinkMean(means, target, Math.max(0, Math.min(1, optimal)));
}
