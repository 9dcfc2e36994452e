import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { TRADING_DAYS_PER_YEAR } from "../returns/annualize.ts";
import { leastSquares } from "./least-squares.ts";
import { momentsOf } from "./moments.ts";
import { requireExcessReturns } from "./return-series.ts";

/** How much of a series' excess return each factor explains. */
export interface FactorAttribution {
  readonly status: "explained";
  /** Part of the mean that no factor explains, times 252. */
  readonly alphaPerYear: number;
  readonly alphaStandardErrorPerYear: number;
  readonly factors: readonly FactorExposure[];
  /** Part of the variance that the factors explain, 0 … 1. Undefined if the series is constant. */
  readonly rSquared: number | undefined;
  /** Volatility of what is left, per year, with T − K − 1 degrees of freedom. */
  readonly residualVolatilityPerYear: number;
}

/** One factor's part. */
export interface FactorExposure {
  readonly beta: number;
  /** Newey–West, see `lagCount`. */
  readonly betaStandardError: number;
  /** Beta times the factor's mean return, times 252. With alpha, they sum to the mean return. */
  readonly returnPerYear: number;
  /** Part of the variance: cov(βf, r)/var(r). With the residual's they sum to 1. */
  readonly varianceShare: number | undefined;
}

/** The factors cannot be told apart: some combination of them is constant. */
export interface CollinearFactors {
  readonly status: "collinear";
}

/**
 * Regresses excess returns on factor returns and splits mean and variance among the factors.
 *
 * @param excessReturns - Per day, length T > K + 1, finite.
 * @param factors - Factor returns, shape (T, K), finite.
 * @param lagCount - Lags of Newey and West's errors with Bartlett weights, 0 … T − 1; 0 makes them
 *   robust to changing variance only (White's).
 * @throws {ArgumentError} Shapes differ, an entry is NaN or over 1e50 in size, there are too few days,
 *   or the lags are not valid.
 * @see Newey & West (1987), eq. 5, doi:10.2307/1913610; White (1980), doi:10.2307/1912934
 */
export function factorAttribution(
  excessReturns: Float64Array,
  factors: Matrix,
  lagCount: number,
): FactorAttribution | CollinearFactors {
  checkInput(excessReturns, factors, lagCount);
  const fit = leastSquares(excessReturns, factors);
  if (fit === undefined) {
    return { status: "collinear" };
  }
  const errors = neweyWestErrors(fit, lagCount);
  const { rows: count, cols: k } = factors;
  const total = momentsOf(excessReturns);
  const exposures = Array.from({ length: k }, (_, j): FactorExposure => {
    const column = Float64Array.from({ length: count }, (_unused, t) => factors.values[t * k + j]);
    const beta = fit.coefficients[j + 1];
    const mean = momentsOf(column).mean;
    return {
      beta,
      betaStandardError: errors[j + 1],
      returnPerYear: beta * mean * TRADING_DAYS_PER_YEAR,
      varianceShare:
        total.standardDeviation > 0
          ? (beta * covarianceOf(column, mean, excessReturns, total.mean)) /
            total.standardDeviation ** 2
          : undefined,
    };
  });
  const residualSum = fit.residuals.reduce((sum, e) => sum + e * e, 0);
  return {
    status: "explained",
    alphaPerYear: fit.coefficients[0] * TRADING_DAYS_PER_YEAR,
    alphaStandardErrorPerYear: errors[0] * TRADING_DAYS_PER_YEAR,
    factors: exposures,
    rSquared:
      total.standardDeviation > 0
        ? 1 - residualSum / ((count - 1) * total.standardDeviation ** 2)
        : undefined,
    residualVolatilityPerYear: Math.sqrt((residualSum / (count - k - 1)) * TRADING_DAYS_PER_YEAR),
  };
}

function covarianceOf(x: Float64Array, xMean: number, y: Float64Array, yMean: number): number {
  let sum = 0;
  for (let t = 0; t < x.length; t++) {
    sum += (x[t] - xMean) * (y[t] - yMean);
  }
  return sum / (x.length - 1);
}

type Fit = NonNullable<ReturnType<typeof leastSquares>>;

/**
 * Computes √diag of (X'X)⁻¹ S (X'X)⁻¹, S = Σ_l w_l Σ_t (sₜ s'ₜ₋ₗ + sₜ₋ₗ s'ₜ), sₜ = xₜ eₜ.
 *
 * Row i of (X'X)⁻¹ is applied to the sₜ first, so each error is the long-run variance of a series.
 */
function neweyWestErrors({ design, inverseGram, residuals }: Fit, lagCount: number): Float64Array {
  const { rows: count, cols: m } = design;
  const errors = new Float64Array(m);
  const scores = new Float64Array(count);
  for (let i = 0; i < m; i++) {
    for (let t = 0; t < count; t++) {
      let influence = 0;
      for (let j = 0; j < m; j++) {
        influence += inverseGram[i * m + j] * design.values[t * m + j];
      }
      scores[t] = influence * residuals[t];
    }
    errors[i] = Math.sqrt(longRunVariance(scores, lagCount));
  }
  return errors;
}

/** Sums autocovariances with Bartlett weights, which keeps the sum from being negative. */
function longRunVariance(scores: Float64Array, lagCount: number): number {
  let variance = 0;
  for (let lag = 0; lag <= lagCount; lag++) {
    const weight = lag === 0 ? 1 : 2 * (1 - lag / (lagCount + 1));
    for (let t = lag; t < scores.length; t++) {
      variance += weight * scores[t] * scores[t - lag];
    }
  }
  return Math.max(0, variance);
}

function checkInput(excessReturns: Float64Array, factors: Matrix, lagCount: number): void {
  if (factors.rows !== excessReturns.length) {
    throw new ArgumentError(`factors have ${factors.rows} rows, not ${excessReturns.length}`);
  }
  if (!(excessReturns.length > factors.cols + 1)) {
    throw new ArgumentError(`${excessReturns.length} days are too few for ${factors.cols} factors`);
  }
  if (!(Number.isInteger(lagCount) && lagCount >= 0 && lagCount < factors.rows)) {
    throw new ArgumentError(
      `the number of lags is ${lagCount}, not within 0 … ${factors.rows - 1}`,
    );
  }
  requireExcessReturns(excessReturns, "excess returns");
  requireExcessReturns(factors.values, "factors");
}
