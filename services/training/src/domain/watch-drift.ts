import {
  compareSeries,
  decodeForecastModel,
  type FeatureFrame,
  featureFrame,
  forecastDays,
  outcomesOf,
  type PriceMarket,
  priceMarket,
  watchFeatures,
  watchLosses,
} from "@portfolio/learning";
import type { Matrix } from "@portfolio/quant";
import { dailySkill, overlapOf, skillMeasure } from "./daily-skill.ts";
import type { Replay } from "./model-version.ts";
import { type FeatureContribution, topContributions } from "./top-contributions.ts";
import type { Target } from "./training-spec.ts";

/** A version to look at. Plain data. */
export interface DriftTask {
  readonly modelId: string;
  readonly version: number;
  readonly target: Target;
  readonly artifact: Uint8Array;
  /** Forecasts on days that its training had not seen. */
  readonly replay: Replay;
  /** Last day that it was trained on. */
  readonly trainedTo: string;
  readonly symbols: readonly string[];
  /** Numbers of the versions that it mixes; missing where it mixes none. */
  readonly members: readonly number[] | undefined;
  /** Days of the closes, ascending. */
  readonly dates: readonly string[];
  /** One row per date, one column per symbol; NaN where there is none. */
  readonly closes: Matrix;
  /** Mean number of trading days to a false alarm, at least. */
  readonly runLengthDays: number;
  /** Share of false names among the features. */
  readonly falseShare: number;
}

/** Whether a series has changed its distribution. */
export interface SeriesDrift {
  readonly name: string;
  readonly statistic: number;
  readonly pValue: number;
  readonly isShifted: boolean;
}

/** What was seen of a version. Plain data that JSON keeps. */
export interface DriftFindings {
  readonly referenceDays: number;
  readonly liveDays: number;
  /** Further days needed before forecasts and features can be compared. */
  readonly liveDaysNeeded: number;
  readonly lastDate: string;
  readonly loss: {
    readonly metric: string;
    readonly dates: readonly string[];
    readonly statistics: readonly number[];
    readonly threshold: number;
    readonly alarmDates: readonly string[];
  };
  readonly forecasts: SeriesDrift | undefined;
  readonly features: readonly SeriesDrift[];
  /** What contributes most to its forecasts, the largest first; none where that is not known. */
  readonly contributions: readonly FeatureContribution[];
}

/** Days on which a detector of losses learns what is normal. */
const REFERENCE_DAYS_MIN = 250;
/** Days before that features are compared with: older ones are of another time. */
const REFERENCE_DAYS_MAX = 750;
const LIVE_DAYS_MIN = 21;
/** Lags that series are rid of before they are compared. */
const LAGS = 5;
const FALSE_LEVEL = 0.05;

/**
 * Looks whether a version still fits, on the days since it was trained. A version never changes, so
 * its forecasts of those days are what it gave or would have given at the time.
 *
 * Losses are compared with those of the replayed days; forecasts, by their spread over the assets,
 * and features, by their means, with the 750 days before.
 *
 * @see `watchLosses`, `compareSeries`, `watchFeatures`
 */
export function watchDrift(task: DriftTask): DriftFindings {
  const market = priceMarket(task);
  const stepDays = stepOf(task);
  const reference = lossesOf(task.target, task.replay);
  const live = liveReplay(task, market, stepDays);
  const since = lossesOf(task.target, live);
  const runLength = Math.max(2, task.runLengthDays / stepDays);
  const points =
    reference.values.length < REFERENCE_DAYS_MIN
      ? []
      : watchLosses({ runLength }, reference.values, since.values);
  const liveDays = daysAfter(task).length;
  return {
    referenceDays: reference.values.length,
    liveDays: since.values.length,
    liveDaysNeeded: Math.max(0, LIVE_DAYS_MIN - liveDays),
    lastDate: task.dates.at(-1) ?? "",
    loss: {
      metric: skillMeasure(task.target).name,
      dates: since.dates.slice(0, points.length),
      statistics: points.map(({ statistic }) => statistic),
      threshold: runLength,
      alarmDates: since.dates.filter((_, k) => points[k]?.isAlarm),
    },
    contributions: topContributions({
      ...{ artifact: task.artifact, prices: task, members: task.members },
    }),
    ...(liveDays < LIVE_DAYS_MIN ? { forecasts: undefined, features: [] } : shifts(task, market)),
  };
}

/** Compares what is forecast, and from what, with the days before. */
function shifts(
  task: DriftTask,
  market: PriceMarket,
): Pick<DriftFindings, "forecasts" | "features"> {
  const since = daysAfter(task);
  const first = since[0] ?? 0;
  const before = Int32Array.from(
    { length: Math.min(REFERENCE_DAYS_MAX, Math.max(0, first - YEAR_DAYS)) },
    (_, k) => first - Math.min(REFERENCE_DAYS_MAX, first - YEAR_DAYS) + k,
  );
  if (before.length < REFERENCE_DAYS_MIN) {
    return { forecasts: undefined, features: [] };
  }
  const spreads = [before, since].map((days) => spreadOf(task, market, days));
  const test = compareSeries(spreads[0] ?? NONE, spreads[1] ?? NONE, LAGS);
  const frames = [before, since].map((days) => featureFrame(market, { kind: "levels" }, days));
  const [old, recent] = frames.map(dailyMeans);
  const features =
    old === undefined || recent === undefined
      ? []
      : watchFeatures({ order: LAGS, falseShare: task.falseShare, dependence: "any" }, old, recent);
  return {
    forecasts: {
      name: "spread of the forecasts",
      statistic: test.statistic,
      pValue: test.pValue,
      isShifted: test.pValue < FALSE_LEVEL,
    },
    features: features.map(({ statistic, pValue, isShifted }, j) => ({
      name: frames[0]?.names[j] ?? "",
      ...{ statistic, pValue, isShifted },
    })),
  };
}

const NONE = new Float64Array();
/** Days of returns that every row of a frame needs. */
const YEAR_DAYS = 252;

/** Rows of the closes after the training. */
function daysAfter({ dates, trainedTo }: DriftTask): Int32Array {
  const first = dates.findIndex((date) => date > trainedTo);
  return first < 0
    ? new Int32Array()
    : Int32Array.from({ length: dates.length - first }, (_, k) => first + k);
}

/** Forecasts of days since the training, as far apart as the replayed ones, and what came. */
function liveReplay(task: DriftTask, market: PriceMarket, stepDays: number): Replay {
  const days = daysAfter(task).filter((_, k) => k % stepDays === 0);
  const cols = task.symbols.length;
  const forecasts = forecastDays(market, decodeForecastModel(task.artifact), days);
  const grid = {
    days: Int32Array.from(
      { length: days.length * cols },
      (_, k) => days[Math.floor(k / cols)] ?? 0,
    ),
    assets: Int32Array.from({ length: days.length * cols }, (_, k) => k % cols),
  };
  const values = outcomesOf(market, task.target, grid);
  return {
    symbols: task.symbols,
    dates: Array.from(days, (day) => task.dates[day] ?? ""),
    forecasts,
    outcomes: { rows: days.length, cols, values },
  };
}

/** Trading days from one replayed day to the next. */
function stepOf({ replay, target }: DriftTask): number {
  if (replay.dates.length < 2) {
    return 1;
  }
  return Math.max(
    1,
    Math.round(target.horizonDays / (overlapOf(replay.dates, target.horizonDays) + 1)),
  );
}

/** Losses day by day: less is better. */
function lossesOf(target: Target, replay: Replay) {
  const { dates, values } = dailySkill(target, replay);
  return { dates, values: skillMeasure(target).isLoss ? values : values.map((value) => -value) };
}

/** Standard deviation of the forecasts over the assets, day by day. */
function spreadOf(task: DriftTask, market: PriceMarket, days: Int32Array): Float64Array {
  const { cols, values } = forecastDays(market, decodeForecastModel(task.artifact), days);
  return Float64Array.from(days, (_, row) => {
    const own = values.subarray(row * cols, (row + 1) * cols).filter(Number.isFinite);
    const mean = own.reduce((sum, value) => sum + value, 0) / Math.max(1, own.length);
    const squares = own.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return Math.sqrt(squares / Math.max(1, own.length));
  });
}

/** Mean of each feature over the assets: a row per day. */
function dailyMeans({ days, features }: FeatureFrame): Matrix {
  const { cols, values } = features;
  const distinct = [...new Set(days)];
  const rowOf = new Map(distinct.map((day, row) => [day, row]));
  const sums = new Float64Array(distinct.length * cols);
  const counts = new Float64Array(distinct.length * cols);
  days.forEach((day, i) => {
    const row = rowOf.get(day) ?? 0;
    for (let j = 0; j < cols; j++) {
      const value = values[i * cols + j] ?? Number.NaN;
      if (Number.isFinite(value)) {
        sums[row * cols + j] = (sums[row * cols + j] ?? 0) + value;
        counts[row * cols + j] = (counts[row * cols + j] ?? 0) + 1;
      }
    }
  });
  const means = sums.map((sum, k) => sum / Math.max(1, counts[k] ?? 0));
  return { rows: distinct.length, cols, values: means };
}
