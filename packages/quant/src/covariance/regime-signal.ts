import { choleskyFactor, choleskySolve } from "../linalg/cholesky.ts";
import { dot, type Matrix, multiplyVector } from "../linalg/matrix.ts";
import { digammaOfHalf, logGammaOfHalf } from "../statistics/chi-squared.ts";

/** What is compared with the risk that was expected, and how comparisons are averaged. */
export interface RegimeSignal {
  /**
   * The risk that is compared: of the portfolio that holds each asset in inverse proportion to its
   * volatility, of each asset by itself, or of all directions alike (Mahalanobis distance).
   */
  readonly target: "portfolio" | "assets" | "all-directions";
  /**
   * The mean of distances, of their squares, or of their logarithms, each relative to its
   * expectation for Gaussian returns: the first feels outliers less than the second, the third
   * less than the first.
   */
  readonly averaging: "mean-deviation" | "root-mean-square" | "mean-logarithm";
}

// A squared distance below this counts as this, so that its logarithm is finite.
const SQUARED_DISTANCE_MIN = 1e-12;

/**
 * Compares one period's returns with the covariance that was expected for it.
 *
 * @param row - Returns, length n.
 * @param covariance - The expectation times `correction`, shape (n, n).
 * @returns The squared, plain or logarithmic distance, relative to its expectation: about 1 (0 for
 *   logarithms) when the expectation was right. Nothing where no risk was expected, or, for all
 *   directions, where the covariance is singular.
 */
export function regimeObservation(
  row: Float64Array,
  covariance: Matrix,
  correction: number,
  { target, averaging }: RegimeSignal,
): number | undefined {
  const active = riskyAssets(covariance);
  const n = active.length;
  const distance = n === 0 ? undefined : squaredDistance(row, covariance, active, target);
  if (distance === undefined || !Number.isFinite(distance)) {
    return undefined;
  }
  const squared = distance * correction;
  // A portfolio's distance is n times a chi-squared variable of 1 degree of freedom.
  const degrees = target === "portfolio" ? 1 : n;
  const unit = target === "portfolio" ? n : 1;
  switch (averaging) {
    case "root-mean-square":
      return squared / n;
    case "mean-deviation": {
      const expected = Math.SQRT2 * Math.exp(logGammaOfHalf(degrees + 1) - logGammaOfHalf(degrees));
      return Math.sqrt(squared) / (Math.sqrt(unit) * expected);
    }
    case "mean-logarithm":
      return (
        Math.log(Math.max(squared, SQUARED_DISTANCE_MIN)) -
        (Math.log(unit) + digammaOfHalf(degrees) + Math.LN2)
      );
  }
}

function riskyAssets({ rows: n, values }: Matrix): Int32Array {
  const assets = Array.from({ length: n }, (_, i) => i);
  return Int32Array.from(assets.filter((i) => values[i * n + i] > 0));
}

function squaredDistance(
  row: Float64Array,
  covariance: Matrix,
  active: Int32Array,
  target: RegimeSignal["target"],
): number | undefined {
  const n = active.length;
  const size = covariance.rows;
  const deviations = Float64Array.from(active, (i) => Math.sqrt(covariance.values[i * size + i]));
  const standardized = Float64Array.from(active, (i, a) => row[i] / deviations[a]);
  if (target === "assets") {
    return dot(standardized, standardized);
  }
  const correlations = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      const entry = covariance.values[active[a] * size + active[b]];
      correlations[a * n + b] = entry / deviations[a] / deviations[b];
    }
  }
  const matrix = { rows: n, cols: n, values: correlations };
  if (target === "portfolio") {
    // Weights in inverse proportion to the volatilities are 1 each in standardized returns.
    const ones = new Float64Array(n).fill(1);
    const variance = dot(ones, multiplyVector(matrix, ones));
    return variance > 0 ? (n * dot(ones, standardized) ** 2) / variance : undefined;
  }
  const factor = choleskyFactor(matrix);
  return factor && dot(standardized, choleskySolve(factor, standardized));
}
