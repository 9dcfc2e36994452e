import { choleskyFactor, choleskySolve } from "../linalg/cholesky.ts";
import { dot, type Matrix } from "../linalg/matrix.ts";
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
 * @param covariance - The expectation times `correction`, shape (n, n); its lower triangle counts.
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
  if (target === "portfolio") {
    const variance = inverseVolatilityVariance(covariance, active, deviations);
    const moved = standardized.reduce((sum, x) => sum + x, 0);
    return variance > 0 ? (n * moved * moved) / variance : undefined;
  }
  const correlations = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      const entry = covariance.values[active[a] * size + active[b]];
      correlations[a * n + b] = entry / deviations[a] / deviations[b];
    }
  }
  const factor = choleskyFactor({ rows: n, cols: n, values: correlations });
  return factor && dot(standardized, choleskySolve(factor, standardized));
}

/** Computes the variance of 1/σᵢ of each active asset, from the lower triangle. */
function inverseVolatilityVariance(
  { rows: size, values }: Matrix,
  active: Int32Array,
  deviations: Float64Array,
): number {
  const weights = new Float64Array(size);
  for (let a = 0; a < active.length; a++) {
    weights[active[a]] = 1 / deviations[a];
  }
  let variance = 0;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < i; j++) {
      sum += values[i * size + j] * weights[j];
    }
    variance += weights[i] * (2 * sum + values[i * size + i] * weights[i]);
  }
  return variance;
}
