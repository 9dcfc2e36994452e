import { ArgumentError } from "../errors.ts";
import { TRADING_DAYS_PER_YEAR } from "../returns/annualize.ts";
import { requireReturns, requireSameLength } from "./return-series.ts";

/** Figures of each window of consecutive days; entry k is of the days k … k + window − 1. */
export interface RollingFigures {
  /** Compound return over the window, not per year. */
  readonly compoundReturns: Float64Array;
  readonly volatilitiesPerYear: Float64Array;
  /** NaN where the window does not vary. */
  readonly sharpesPerYear: Float64Array;
  /** Against the benchmark; NaN where it does not vary. Absent without a benchmark. */
  readonly betas: Float64Array | undefined;
}

/** What to roll over. */
export interface RollingInput {
  /** Simple returns per day, length T. */
  readonly returns: Float64Array;
  /** Risk-free return of each day, length T. */
  readonly riskFree: Float64Array;
  readonly benchmark?: Float64Array | undefined;
}

/**
 * Computes compound return, volatility, Sharpe ratio and beta of rolling windows.
 *
 * Each window is summed anew, about its own mean: running sums would keep the rounding of every
 * large return that has long left the window.
 *
 * @param windowDays - Length of the window, at least 2.
 * @returns T − window + 1 entries each; none if the series is shorter than the window.
 * @throws {ArgumentError} Lengths differ, a return is not valid, or the window is below 2.
 */
export function rollingFigures(input: RollingInput, windowDays: number): RollingFigures {
  checkRolling(input, windowDays);
  const { returns, riskFree, benchmark } = input;
  const count = Math.max(0, returns.length - windowDays + 1);
  const excess = returns.map((value, t) => value - riskFree[t]);
  const market = benchmark?.map((value, t) => value - riskFree[t]);
  const figures = {
    compoundReturns: new Float64Array(count),
    volatilitiesPerYear: new Float64Array(count),
    sharpesPerYear: new Float64Array(count),
    betas: market === undefined ? undefined : new Float64Array(count),
  };
  for (let k = 0; k < count; k++) {
    const end = k + windowDays;
    const mean = windowMean(excess, k, end);
    const excessVariance = windowCovariance(excess, excess, k, end);
    figures.compoundReturns[k] = windowGrowth(returns, k, end) - 1;
    figures.volatilitiesPerYear[k] = Math.sqrt(
      windowCovariance(returns, returns, k, end) * TRADING_DAYS_PER_YEAR,
    );
    figures.sharpesPerYear[k] = excessVariance > 0 ? annual(mean, excessVariance) : Number.NaN;
    if (figures.betas !== undefined && market !== undefined) {
      const marketVariance = windowCovariance(market, market, k, end);
      figures.betas[k] =
        marketVariance > 0 ? windowCovariance(excess, market, k, end) / marketVariance : Number.NaN;
    }
  }
  return figures;
}

function checkRolling({ returns, riskFree, benchmark }: RollingInput, windowDays: number): void {
  if (!(Number.isInteger(windowDays) && windowDays >= 2)) {
    throw new ArgumentError(`the window is ${windowDays} days, not an integer of at least 2`);
  }
  requireReturns(returns, 0, "returns");
  requireReturns(riskFree, 0, "risk-free rate");
  requireSameLength(returns, riskFree, "returns and risk-free rate");
  if (benchmark !== undefined) {
    requireReturns(benchmark, 0, "benchmark");
    requireSameLength(returns, benchmark, "returns and benchmark");
  }
}

function annual(mean: number, variance: number): number {
  return (mean / Math.sqrt(variance)) * Math.sqrt(TRADING_DAYS_PER_YEAR);
}

function windowGrowth(returns: Float64Array, start: number, end: number): number {
  let growth = 1;
  for (let t = start; t < end; t++) {
    growth *= 1 + returns[t];
  }
  return growth;
}

function windowMean(values: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let t = start; t < end; t++) {
    sum += values[t];
  }
  return sum / (end - start);
}

// A variance below this part of the mean square is rounding.
const ROUNDING = 1e-26;

/** Computes the covariance of two windows, dividing by one less than their length. */
function windowCovariance(x: Float64Array, y: Float64Array, start: number, end: number): number {
  const xMean = windowMean(x, start, end);
  const yMean = windowMean(y, start, end);
  let sum = 0;
  for (let t = start; t < end; t++) {
    sum += (x[t] - xMean) * (y[t] - yMean);
  }
  const covariance = sum / (end - start - 1);
  return Math.abs(covariance) <= ROUNDING * Math.abs(xMean * yMean) ? 0 : covariance;
}
