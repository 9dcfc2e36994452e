import { annualizeSharpe, argsort, deflatedSharpe, sharpeRatio } from "@portfolio/quant";
import type { PriceMarket } from "../features/price-market.ts";
import { type ForecastRows, scatter } from "./forecast-days.ts";
import { outcomesOf } from "./forecast-target.ts";
import type { ForecastReplay } from "./forecast-training.ts";
import type { SkillMeasure, SkillSeries } from "./skill-report.ts";

/** What was tried for a model so far, by which luck is judged. */
export interface TriedSharpes {
  /** Versions and trials, this one among them, at least 1. */
  readonly count: number;
  /** Sharpe ratios per year of those that are known. */
  readonly sharpes: readonly number[];
}

const GROUP_COUNT = 5;
const SIDE_SHARE = 1 / 3;
const PERIODS_MIN = 4;

/**
 * Measures what the upper third by forecast earned over the lower third, h days at a time.
 *
 * @param returns - As `excessReturns` gives them.
 * @see Bailey & López de Prado (2014), "The Deflated Sharpe Ratio", eq. 2, doi:10.3905/jpm.2014.40.5.094
 */
export function longShortSkill(
  returns: Float64Array,
  horizonDays: number,
  replay: ForecastReplay,
  tried: TriedSharpes,
): SkillMeasure[] {
  const spreads: number[] = [];
  for (let day = 0; day < replay.days.length; day += horizonDays) {
    const own = sortedReturns(replay, returns, day);
    const count = Math.max(1, Math.floor(own.length * SIDE_SHARE));
    if (own.length >= 2) {
      spreads.push(meanOf(own.subarray(own.length - count)) - meanOf(own.subarray(0, count)));
    }
  }
  const ratio = spreads.length < PERIODS_MIN ? undefined : sharpeRatio(Float64Array.from(spreads));
  if (ratio === undefined) {
    return [];
  }
  // Per h days to per year.
  const factor = annualizeSharpe(1) / Math.sqrt(horizonDays);
  const all = [...tried.sharpes, ratio.ratio * factor].map((value) => value / factor);
  const mean = all.reduce((sum, value) => sum + value / all.length, 0);
  const squares = all.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // Of a single trial the error of the estimate stands for the spread of trials.
  const variance = all.length > 1 ? squares / (all.length - 1) : ratio.standardError ** 2;
  const measure = (name: string, value: number, standardError?: number) => ({
    name,
    value,
    standardError,
    fold: 0,
  });
  return [
    measure("long_short_return", meanOf(Float64Array.from(spreads))),
    measure("long_short_sharpe", ratio.ratio * factor, ratio.standardError * factor),
    measure("long_short_deflated", deflatedSharpe(ratio, { count: tried.count, variance })),
    measure("trial_count", tried.count),
  ];
}

/** Mean excess return of each fifth of the assets by forecast, the lowest first. */
export function returnsByGroup(returns: Float64Array, replay: ForecastReplay): SkillSeries {
  const sums = new Float64Array(GROUP_COUNT);
  const counts = new Float64Array(GROUP_COUNT);
  for (let day = 0; day < replay.days.length; day++) {
    const own = sortedReturns(replay, returns, day);
    for (let k = 0; k < own.length; k++) {
      const group = Math.floor((k * GROUP_COUNT) / own.length);
      sums[group] += own[k];
      counts[group]++;
    }
  }
  return {
    name: "return_by_group",
    unit: "step",
    points: Int32Array.from(sums, (_, k) => k + 1),
    values: sums.map((sum, k) => sum / Math.max(1, counts[k])),
  };
}

/** Returns over the mean of all that came of each day and asset, one row per day of the replay. */
export function excessReturns(
  market: PriceMarket,
  horizonDays: number,
  { days }: ForecastReplay,
  rows: ForecastRows,
): Float64Array {
  const outcomes = outcomesOf(market, { kind: "return", horizonDays }, rows);
  return scatter(market, days, rows, outcomes).values;
}

/** Returns of a day's assets in the order of their forecasts, the lowest first; none if all are equal. */
function sortedReturns(
  { forecasts }: ForecastReplay,
  returns: Float64Array,
  day: number,
): Float64Array {
  const { cols, values } = forecasts;
  const own = values.subarray(day * cols, (day + 1) * cols);
  const known = Int32Array.from(own.keys()).filter(
    (j) => !Number.isNaN(own[j]) && !Number.isNaN(returns[day * cols + j]),
  );
  if (known.every((j) => own[j] === own[known[0]])) {
    // Equal forecasts choose nothing.
    return new Float64Array(0);
  }
  const order = new Uint32Array(known.length);
  argsort(
    Float64Array.from(known, (j) => own[j]),
    order,
  );
  return Float64Array.from(order, (k) => returns[day * cols + known[k]]);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}
