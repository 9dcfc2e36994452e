import { dailyLosses, longRunVariance } from "@portfolio/learning";
import { dayOf } from "./day-number.ts";
import type { Replay } from "./model-version.ts";
import type { Target } from "./training-spec.ts";

/** What a model is judged by. */
export interface SkillMeasure {
  /** `rank_ic`, or `qlike` and `pinball`, which are losses. */
  readonly name: "rank_ic" | "qlike" | "pinball";
  /** Whether less is better. */
  readonly isLoss: boolean;
}

/** Skill of forecasts, day by day. */
export interface DailySkill {
  /** `YYYY-MM-DD`, ascending: only those on which it can be measured. */
  readonly dates: readonly string[];
  readonly values: Float64Array;
}

/** By how much one version is better or worse than another. */
export interface SkillDifference {
  /** Mean over the days of the second less the first. */
  readonly meanDifference: number;
  /** Newey and West's, with the lags by which forecasts overlap. */
  readonly standardError: number;
  readonly dayCount: number;
}

const CALENDAR_DAYS_PER_TRADING_DAY = 365.25 / 252;

/** Says what measures the skill of forecasts of a target. */
export function skillMeasure({ kind }: Target): SkillMeasure {
  switch (kind) {
    case "rank":
    case "return":
      return { name: "rank_ic", isLoss: false };
    case "volatility":
      return { name: "qlike", isLoss: true };
    case "quantile":
      return { name: "pinball", isLoss: true };
  }
}

/**
 * Measures the skill of replayed forecasts day by day, over the assets that have both a forecast and
 * an outcome: Spearman's correlation for ranks and returns, the mean QLIKE for variances, the mean
 * pinball loss for quantiles.
 */
export function dailySkill(target: Target, replay: Replay): DailySkill {
  const rows = new Map(replay.dates.map((date, row) => [date, row]));
  return measured(replay.dates, (date) => {
    const row = rows.get(date) ?? 0;
    return skillOf(target, pairsOf(replay, row, usable(target, replay, row)));
  });
}

/**
 * Compares two versions on the days and assets that both have forecast without having seen them.
 *
 * @returns Nothing where there are fewer than two such days.
 * @see Newey & West (1987), doi:10.2307/1913610; Diebold & Mariano (1995), doi:10.2307/1392185
 */
export function compareSkills(
  target: Target,
  first: Replay,
  second: Replay,
): SkillDifference | undefined {
  const { dates, values } = skillDifferences(target, first, second);
  if (values.length < 2) {
    return undefined;
  }
  return {
    meanDifference: mean(values),
    standardError: meanStandardError(values, overlapOf(dates, target.horizonDays)),
    dayCount: values.length,
  };
}

/** Skill of the second version less that of the first, on each day that both have forecast. */
export function skillDifferences(target: Target, first: Replay, second: Replay): DailySkill {
  const secondRows = new Map(second.dates.map((date, row) => [date, row]));
  const shared = sharedColumns(first, second);
  const firstRows = new Map(first.dates.map((date, row) => [date, row]));
  return measured(
    first.dates.filter((date) => secondRows.has(date)),
    (date) => {
      const [row, otherRow] = [firstRows.get(date) ?? 0, secondRows.get(date) ?? 0];
      const both = shared.filter(
        ({ col, other }) =>
          isUsable(target, first, row, col) &&
          isUsable(target, second, otherRow, other) &&
          // A revision of prices between the two trainings would compare different outcomes.
          entry(first.outcomes, row, col) === entry(second.outcomes, otherRow, other),
      );
      const others = both.map(({ other }) => other);
      const cols = both.map(({ col }) => col);
      const own = skillOf(target, pairsOf(second, otherRow, others));
      const base = skillOf(target, pairsOf(first, row, cols));
      return own === undefined || base === undefined ? undefined : own - base;
    },
  );
}

function sharedColumns(first: Replay, second: Replay) {
  const secondCols = new Map(second.symbols.map((symbol, col) => [symbol, col]));
  return first.symbols.flatMap((symbol, col) => {
    const other = secondCols.get(symbol);
    return other === undefined ? [] : [{ col, other }];
  });
}

/** Standard error of the mean of a series whose neighbors overlap. */
export function meanStandardError(values: Float64Array, lagCount: number): number {
  const lags = Math.min(lagCount, values.length - 1);
  return Math.sqrt(longRunVariance(values, lags) / values.length);
}

/**
 * Counts the days after each that share part of its outcome. How many trading days lie between two
 * of the dates is told by the median of the calendar days.
 *
 * @param dates - `YYYY-MM-DD`, ascending, at least two.
 */
export function overlapOf(dates: readonly string[], horizonDays: number): number {
  const gaps = Float64Array.from(
    { length: dates.length - 1 },
    (_, k) => dayOf(dates[k + 1] ?? "") - dayOf(dates[k] ?? ""),
  ).sort();
  const gap = gaps[Math.floor(gaps.length / 2)] ?? 1;
  const stepDays = Math.max(1, Math.round(gap / CALENDAR_DAYS_PER_TRADING_DAY));
  return Math.ceil(horizonDays / stepDays) - 1;
}

interface Pairs {
  readonly forecasts: Float64Array;
  readonly outcomes: Float64Array;
}

function measured(
  dates: readonly string[],
  measure: (date: string) => number | undefined,
): DailySkill {
  const kept: string[] = [];
  const values: number[] = [];
  for (const date of dates) {
    const value = measure(date);
    if (value !== undefined) {
      kept.push(date);
      values.push(value);
    }
  }
  return { dates: kept, values: Float64Array.from(values) };
}

function skillOf(target: Target, { forecasts, outcomes }: Pairs): number | undefined {
  const row = (values: Float64Array) => ({ rows: 1, cols: values.length, values });
  const day = dailyLosses(target, { forecasts: row(forecasts), outcomes: row(outcomes) });
  return day[skillMeasure(target).name]?.values[0];
}

function pairsOf(replay: Replay, row: number, cols: readonly number[]): Pairs {
  return {
    forecasts: Float64Array.from(cols, (col) => entry(replay.forecasts, row, col)),
    outcomes: Float64Array.from(cols, (col) => entry(replay.outcomes, row, col)),
  };
}

function usable(target: Target, replay: Replay, row: number): number[] {
  return [...replay.symbols.keys()].filter((col) => isUsable(target, replay, row, col));
}

/** Tells whether there are a forecast and an outcome, both positive if they are variances. */
function isUsable(
  { kind }: Target,
  { forecasts, outcomes }: Replay,
  row: number,
  col: number,
): boolean {
  const [forecast, outcome] = [entry(forecasts, row, col), entry(outcomes, row, col)];
  return (
    Number.isFinite(forecast) &&
    Number.isFinite(outcome) &&
    (kind !== "volatility" || (forecast > 0 && outcome > 0))
  );
}

function entry({ values, cols }: Replay["forecasts"], row: number, col: number): number {
  return values[row * cols + col] ?? Number.NaN;
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    sum += values[k] ?? 0;
  }
  return sum / values.length;
}
