import { ArgumentError, type Matrix } from "@portfolio/quant";
import {
  MARKET_FEATURES,
  PRICE_FEATURES,
  type PriceFeature,
  type PriceWindow,
} from "./price-features.ts";
import type { PriceMarket } from "./price-market.ts";
import { centeredRanks, withinDays } from "./within-days.ts";

/** What an observation is described by. */
export type FeatureView =
  /** Each feature's rank among the assets of the day, −0.5 … 0.5. */
  | { readonly kind: "ranks" }
  /** The features as they are, and those of the market. */
  | { readonly kind: "levels" }
  /** The last returns, own and over the mean of all, in units of the last 63 days' volatility. */
  | { readonly kind: "sequence"; readonly dayCount: number };

/** What is known of some assets on some days. A row is of one asset on one day. */
export interface FeatureFrame {
  /** A name per column; of a sequence the oldest day first. */
  readonly names: readonly string[];
  /** Day of each row, a number of a row of closes, ascending, length N. */
  readonly days: Int32Array;
  /** Asset of each row, a number of a column of closes, ascending within a day, length N. */
  readonly assets: Int32Array;
  /** Shape (N, F). */
  readonly features: Matrix;
  /** Mean squared return of the last 63 days, length N, at least 1e-8. */
  readonly variances: Float64Array;
}

/** Days of the volatility that sequences and targets are measured in. */
const SCALE_DAYS = 63;
const SCALE_VARIANCE_MIN = 1e-8;
/** Every asset of a frame has at least as many days of returns. */
const HISTORY_DAYS = 252;
const SEQUENCE_DAYS_MAX = 252;

/** Counts the days of returns, the day itself included, that a row is computed from. */
export function lookbackOf(view: FeatureView): number {
  return view.kind === "sequence" ? Math.max(HISTORY_DAYS, view.dayCount) : HISTORY_DAYS;
}

/**
 * Computes what is known of each asset at the close of some days.
 *
 * An asset has a row on a day on which it has a year of returns: the universe is that of the day.
 *
 * @param days - Rows of closes, ascending.
 * @throws {ArgumentError} A day is not one, or a sequence has no or over 252 days.
 */
export function featureFrame(
  market: PriceMarket,
  view: FeatureView,
  days: Int32Array,
): FeatureFrame {
  requireArguments(market, view, days);
  const rows = rowsOf(market, days);
  const variances = rows.map(({ day, asset }) =>
    Math.max(SCALE_VARIANCE_MIN, meanSquareBefore(market.returns[asset], day, SCALE_DAYS)),
  );
  const table = view.kind === "sequence" ? undefined : tableOf(view.kind);
  const { names, features } =
    view.kind === "sequence"
      ? sequencesOf(market, rows, variances, view.dayCount)
      : {
          names: (table ?? []).map(({ name }) => name),
          features: valuesOf(market, rows, table ?? []),
        };
  const frame = {
    names,
    days: Int32Array.from(rows, ({ day }) => day),
    assets: Int32Array.from(rows, ({ asset }) => asset),
    features,
    variances: Float64Array.from(variances),
  };
  if (view.kind === "ranks") {
    rankWithinDays(frame);
  }
  return frame;
}

interface Row {
  readonly day: number;
  readonly asset: number;
}

function tableOf(kind: "ranks" | "levels"): readonly PriceFeature[] {
  return kind === "ranks" ? PRICE_FEATURES : [...PRICE_FEATURES, ...MARKET_FEATURES];
}

/** Lists the assets of each day that have a year of returns. */
function rowsOf({ returns, dayCount }: PriceMarket, days: Int32Array): Row[] {
  // Returns in a row up to each day.
  const streaks = returns.map((own) => {
    const streak = new Int32Array(dayCount);
    for (let t = 1; t < dayCount; t++) {
      streak[t] = Number.isNaN(own[t]) ? 0 : streak[t - 1] + 1;
    }
    return streak;
  });
  const rows: Row[] = [];
  for (const day of days) {
    for (let asset = 0; asset < returns.length; asset++) {
      if (streaks[asset][day] >= HISTORY_DAYS) {
        rows.push({ day, asset });
      }
    }
  }
  return rows;
}

function valuesOf(
  market: PriceMarket,
  rows: readonly Row[],
  table: readonly PriceFeature[],
): Matrix {
  const cols = table.length;
  const values = new Float64Array(rows.length * cols);
  // Features of as many days share a window.
  const lookbacks = [...new Set(table.map(({ lookbackDays }) => lookbackDays))];
  const places = table.map(({ lookbackDays }) => lookbacks.indexOf(lookbackDays));
  for (let i = 0; i < rows.length; i++) {
    const { day, asset } = rows[i];
    const windows = lookbacks.map((days) => windowOf(market, day, asset, days));
    for (let k = 0; k < cols; k++) {
      values[i * cols + k] = table[k].compute(windows[places[k]]);
    }
  }
  return { rows: rows.length, cols, values };
}

function windowOf(market: PriceMarket, day: number, asset: number, days: number): PriceWindow {
  const [start, end] = [day - days + 1, day + 1];
  return {
    returns: market.returns[asset].subarray(start, end),
    meanReturns: market.meanReturns.subarray(start, end),
    closes: market.closes[asset].subarray(start, end),
  };
}

function sequencesOf(
  { returns, meanReturns }: PriceMarket,
  rows: readonly Row[],
  variances: readonly number[],
  dayCount: number,
) {
  const cols = 2 * dayCount;
  const values = new Float64Array(rows.length * cols);
  for (let i = 0; i < rows.length; i++) {
    const { day, asset } = rows[i];
    const scale = Math.sqrt(variances[i]);
    for (let k = 0; k < dayCount; k++) {
      const t = day - dayCount + 1 + k;
      values[i * cols + 2 * k] = returns[asset][t] / scale;
      values[i * cols + 2 * k + 1] = (returns[asset][t] - meanReturns[t]) / scale;
    }
  }
  const names = Array.from({ length: dayCount }, (_, k) => dayCount - 1 - k).flatMap((lag) => [
    `return_${lag}`,
    `excess_return_${lag}`,
  ]);
  return { names, features: { rows: rows.length, cols, values } };
}

/** Replaces each feature by its rank among the assets of the day; all equal is 0. */
function rankWithinDays({ days, features }: FeatureFrame): void {
  const { rows, cols, values } = features;
  for (let k = 0; k < cols; k++) {
    const column = Float64Array.from({ length: rows }, (_, i) => values[i * cols + k]);
    const ranks = withinDays(column, days, centeredRanks);
    for (let i = 0; i < rows; i++) {
      values[i * cols + k] = ranks[i];
    }
  }
}

/** Mean of the squared returns of the last days up to a day. */
export function meanSquareBefore(returns: Float64Array, day: number, days: number): number {
  let sum = 0;
  for (let t = day - days + 1; t <= day; t++) {
    sum += returns[t] * returns[t];
  }
  return sum / days;
}

function requireArguments({ dayCount }: PriceMarket, view: FeatureView, days: Int32Array): void {
  const bad = days.findIndex((day, k) => !(day >= 0 && day < dayCount && !(day <= days[k - 1])));
  if (bad >= 0) {
    throw new ArgumentError(`day ${days[bad]} of ${dayCount} is out of range or order`);
  }
  if (view.kind === "sequence" && !(view.dayCount >= 1 && view.dayCount <= SEQUENCE_DAYS_MAX)) {
    throw new ArgumentError(
      `a sequence of ${view.dayCount} days, not of 1 to ${SEQUENCE_DAYS_MAX}`,
    );
  }
}
