import { TRADING_DAYS_PER_YEAR } from "../returns/annualize.ts";
import { momentsOf } from "./moments.ts";
import { requireReturns, requireSameLength } from "./return-series.ts";

/** A series of daily returns against a benchmark's. */
export interface BenchmarkFigures {
  /** Slope of excess returns on the benchmark's. Undefined if the benchmark does not vary. */
  readonly beta: number | undefined;
  /** Intercept of that regression, times 252. */
  readonly alphaPerYear: number | undefined;
  /** Undefined if either series does not vary. */
  readonly correlation: number | undefined;
  /** Volatility of the differences of returns, per year. */
  readonly trackingErrorPerYear: number;
  /** Mean difference times 252 over tracking error. Undefined without tracking error. */
  readonly informationRatio: number | undefined;
  /** Mean yearly excess over the risk-free rate per unit of beta. Undefined if beta is 0. */
  readonly treynorPerYear: number | undefined;
  /** Compound rate on days the benchmark rises, over the benchmark's own on those days. */
  readonly upCapture: number | undefined;
  /** The same on days the benchmark falls. */
  readonly downCapture: number | undefined;
  /** Part of the days on which the series beats the benchmark, 0 … 1. */
  readonly battingAverage: number;
}

// Below this, squares of returns have lost their digits: the benchmark counts as constant.
const VARIANCE_MIN = 1e-290;

/**
 * Compares daily returns with a benchmark's.
 *
 * @param returns - Simple returns per day, length T ≥ 2.
 * @param benchmark - The benchmark's, length T.
 * @param riskFree - Risk-free return of each day, length T.
 * @throws {ArgumentError} Lengths differ, there are fewer than 2 days, or a return is not valid.
 * @see Jensen (1968), doi:10.1111/j.1540-6261.1968.tb00815.x; Treynor & Black (1973),
 *   doi:10.1086/295508; captures as Morningstar and quantstats, with geometric means
 */
export function benchmarkFigures(
  returns: Float64Array,
  benchmark: Float64Array,
  riskFree: Float64Array,
): BenchmarkFigures {
  requireSameLength(returns, benchmark, "returns and benchmark");
  requireSameLength(returns, riskFree, "returns and risk-free rate");
  requireReturns(returns, 2, "returns");
  requireReturns(benchmark, 2, "benchmark");
  requireReturns(riskFree, 2, "risk-free rate");
  const excess = momentsOf(returns.map((value, t) => value - riskFree[t]));
  const market = momentsOf(benchmark.map((value, t) => value - riskFree[t]));
  const active = momentsOf(returns.map((value, t) => value - benchmark[t]));
  const covariance = sampleCovarianceOf({ returns, benchmark, riskFree }, excess.mean, market.mean);
  const marketVariance = market.standardDeviation ** 2;
  const beta = marketVariance > VARIANCE_MIN ? covariance / marketVariance : undefined;
  const spreads = excess.standardDeviation * market.standardDeviation;
  return {
    beta,
    alphaPerYear:
      beta === undefined ? undefined : (excess.mean - beta * market.mean) * TRADING_DAYS_PER_YEAR,
    correlation:
      spreads > VARIANCE_MIN ? Math.max(-1, Math.min(1, covariance / spreads)) : undefined,
    trackingErrorPerYear: active.standardDeviation * Math.sqrt(TRADING_DAYS_PER_YEAR),
    informationRatio:
      active.standardDeviation > 0
        ? (active.mean / active.standardDeviation) * Math.sqrt(TRADING_DAYS_PER_YEAR)
        : undefined,
    treynorPerYear: beta ? (excess.mean * TRADING_DAYS_PER_YEAR) / beta : undefined,
    upCapture: capture(returns, benchmark, 1),
    downCapture: capture(returns, benchmark, -1),
    battingAverage: winShare(returns, benchmark),
  };
}

interface Panel {
  readonly returns: Float64Array;
  readonly benchmark: Float64Array;
  readonly riskFree: Float64Array;
}

function sampleCovarianceOf(panel: Panel, excessMean: number, marketMean: number): number {
  const { returns, benchmark, riskFree } = panel;
  let sum = 0;
  for (let t = 0; t < returns.length; t++) {
    sum += (returns[t] - riskFree[t] - excessMean) * (benchmark[t] - riskFree[t] - marketMean);
  }
  return sum / (returns.length - 1);
}

/** Divides the compound daily rates on the days on which the benchmark has the given sign. */
function capture(returns: Float64Array, benchmark: Float64Array, sign: number) {
  let own = 0;
  let market = 0;
  let count = 0;
  for (let t = 0; t < returns.length; t++) {
    if (benchmark[t] * sign > 0) {
      own += Math.log1p(returns[t]);
      market += Math.log1p(benchmark[t]);
      count++;
    }
  }
  return count > 0 ? Math.expm1(own / count) / Math.expm1(market / count) : undefined;
}

function winShare(returns: Float64Array, benchmark: Float64Array): number {
  let wins = 0;
  for (let t = 0; t < returns.length; t++) {
    wins += returns[t] > benchmark[t] ? 1 : 0;
  }
  return wins / returns.length;
}
