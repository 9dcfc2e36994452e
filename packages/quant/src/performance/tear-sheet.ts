import { ArgumentError } from "../errors.ts";
import { compoundAnnualReturn, TRADING_DAYS_PER_YEAR } from "../returns/annualize.ts";
import type { Drawdown } from "../risk/maximum-drawdown.ts";
import { type BenchmarkFigures, benchmarkFigures } from "./benchmark-figures.ts";
import { type CalendarReturns, calendarReturns } from "./calendar-returns.ts";
import { drawdownSeries, worstDrawdowns } from "./drawdowns.ts";
import { momentsOf } from "./moments.ts";
import { growthOf, requireReturns, requireSameLength } from "./return-series.ts";
import {
  annualizeSharpe,
  deflatedSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  type SharpeTrials,
  sharpeRatio,
} from "./sharpe-ratio.ts";
import { tailFigures } from "./tail-figures.ts";

/** A daily return series and what to judge it by. */
export interface TearSheetInput {
  /** Day of each return, days since 1970-01-01, ascending, length T ≥ 2. */
  readonly days: Int32Array;
  /** Simple returns per day, after costs, length T. */
  readonly returns: Float64Array;
  /** The benchmark's simple returns on the same days. */
  readonly benchmark?: Float64Array | undefined;
  /** Risk-free return of each day; 0 if absent. */
  readonly riskFree?: Float64Array | undefined;
  /** Strategies tried before this one, with Sharpe ratios per day. Absent means just this one. */
  readonly trials?: SharpeTrials | undefined;
  /** Confidence of value at risk and of the minimum track record, between 0 and 1. */
  readonly level: number;
  /** Sharpe ratio per year that the probabilistic one has to beat. */
  readonly sharpeThresholdPerYear: number;
  /** How many drawdowns to list. */
  readonly drawdownCount: number;
}

/** Sharpe ratio per year, and how much of it may be luck. */
export interface SharpeFigures {
  readonly ratioPerYear: number;
  /** If returns were independent and normal. */
  readonly standardErrorNormalPerYear: number;
  /** With skewness and kurtosis. */
  readonly standardErrorPerYear: number;
  /** Probability that the true ratio is above the threshold, 0 … 1. */
  readonly probabilistic: number;
  /** Probability that the true ratio is above 0, given the trials, 0 … 1. */
  readonly deflated: number;
  /** Days needed for the ratio to be above the threshold at the level; infinite if it is not. */
  readonly minimumTrackRecordDays: number;
}

/** Statistics of a daily return series. Undefined where a figure has no meaning. */
export interface TearSheet {
  readonly dayCount: number;
  /** Growth over the whole time, minus 1. Without flows this is the time-weighted return. */
  readonly totalReturn: number;
  readonly compoundReturnPerYear: number;
  readonly meanReturnPerYear: number;
  readonly volatilityPerYear: number;
  /** Undefined if excess returns do not vary. */
  readonly sharpe: SharpeFigures | undefined;
  readonly sortinoPerYear: number | undefined;
  /** Compound return per year over the deepest drawdown. Undefined without a drawdown. */
  readonly calmar: number | undefined;
  readonly omega: number | undefined;
  readonly tailRatio: number | undefined;
  readonly skewness: number | undefined;
  readonly kurtosis: number | undefined;
  readonly valueAtRiskPerDay: number;
  readonly conditionalValueAtRiskPerDay: number;
  /** Root of the mean squared drawdown. */
  readonly ulcerIndex: number;
  /** Deepest first. Index k is the close of day k − 1 of `days`; 0 is the start. */
  readonly drawdowns: readonly Drawdown[];
  readonly calendar: CalendarReturns;
  readonly bestDay: DatedReturn;
  readonly worstDay: DatedReturn;
  /** Part of the days with a return above 0, 0 … 1. */
  readonly hitRate: number;
  /** Part of the months with a return above 0, 0 … 1. */
  readonly monthlyHitRate: number;
  readonly benchmark: BenchmarkFigures | undefined;
}

/** A return and its day. */
export interface DatedReturn {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly simpleReturn: number;
}

/**
 * Computes the tear sheet of a daily return series.
 *
 * @throws {ArgumentError} Lengths differ, days do not ascend, there are fewer than 2, a return is
 *   below −1 or not finite, or the level, the trials or the number of drawdowns are not valid.
 */
export function tearSheet(input: TearSheetInput): TearSheet {
  const { days, returns } = input;
  requireSameLength(days, returns, "days and returns");
  requireReturns(returns, 2, "returns");
  const riskFree = input.riskFree ?? new Float64Array(returns.length);
  requireReturns(riskFree, 2, "risk-free rate");
  requireSameLength(returns, riskFree, "returns and risk-free rate");
  const excess = returns.map((value, t) => value - riskFree[t]);
  const growth = growthOf(returns);
  const moments = momentsOf(returns);
  const tails = tailFigures(excess, { target: 0, level: input.level });
  const losses = tailFigures(returns, { target: 0, level: input.level });
  const drawdowns = worstDrawdowns(growth, input.drawdownCount);
  const compoundReturnPerYear = compoundAnnualReturn(returns);
  const calendar = calendarReturns(days, returns);
  return {
    dayCount: returns.length,
    totalReturn: growth[growth.length - 1] - 1,
    compoundReturnPerYear,
    meanReturnPerYear: moments.mean * TRADING_DAYS_PER_YEAR,
    volatilityPerYear: moments.standardDeviation * Math.sqrt(TRADING_DAYS_PER_YEAR),
    sharpe: sharpeFigures(excess, input),
    sortinoPerYear: tails.sortino === undefined ? undefined : annualizeSharpe(tails.sortino),
    calmar: drawdowns.length === 0 ? undefined : compoundReturnPerYear / drawdowns[0].depth,
    omega: tails.omega,
    tailRatio: losses.tailRatio,
    skewness: moments.skewness,
    kurtosis: moments.kurtosis,
    valueAtRiskPerDay: losses.valueAtRisk,
    conditionalValueAtRiskPerDay: losses.conditionalValueAtRisk,
    ulcerIndex: ulcerIndex(growth),
    drawdowns,
    calendar,
    ...extremeDays(days, returns),
    hitRate: positiveShare(returns),
    monthlyHitRate: positiveShare(calendar.months.map((month) => month.compoundReturn)),
    benchmark:
      input.benchmark === undefined
        ? undefined
        : benchmarkFigures(returns, input.benchmark, riskFree),
  };
}

const SINGLE_TRIAL: SharpeTrials = { count: 1, variance: 0 };

function sharpeFigures(excess: Float64Array, input: TearSheetInput): SharpeFigures | undefined {
  if (!Number.isFinite(input.sharpeThresholdPerYear)) {
    throw new ArgumentError(`the Sharpe threshold is ${input.sharpeThresholdPerYear}`);
  }
  const estimate = sharpeRatio(excess);
  if (estimate === undefined) {
    return undefined;
  }
  const threshold = input.sharpeThresholdPerYear / Math.sqrt(TRADING_DAYS_PER_YEAR);
  return {
    ratioPerYear: annualizeSharpe(estimate.ratio),
    standardErrorNormalPerYear: annualizeSharpe(estimate.standardErrorNormal),
    standardErrorPerYear: annualizeSharpe(estimate.standardError),
    probabilistic: probabilisticSharpe(estimate, threshold),
    deflated: deflatedSharpe(estimate, input.trials ?? SINGLE_TRIAL),
    minimumTrackRecordDays: minimumTrackRecord(estimate, threshold, input.level),
  };
}

/** Takes the drawdowns of each day's close; the start itself is not a day. */
function ulcerIndex(growth: Float64Array): number {
  const depths = drawdownSeries(growth);
  let sum = 0;
  for (let t = 1; t < depths.length; t++) {
    sum += depths[t] ** 2;
  }
  return Math.sqrt(sum / (depths.length - 1));
}

function extremeDays(days: Int32Array, returns: Float64Array) {
  let best = 0;
  let worst = 0;
  for (let t = 1; t < returns.length; t++) {
    best = returns[t] > returns[best] ? t : best;
    worst = returns[t] < returns[worst] ? t : worst;
  }
  return {
    bestDay: { day: days[best], simpleReturn: returns[best] },
    worstDay: { day: days[worst], simpleReturn: returns[worst] },
  };
}

function positiveShare(values: ArrayLike<number>): number {
  let count = 0;
  for (let t = 0; t < values.length; t++) {
    count += values[t] > 0 ? 1 : 0;
  }
  return count / values.length;
}
