import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** One asset's closing prices. */
export interface PriceSeries {
  readonly symbol: string;
  /** Days since 1970-01-01, strictly ascending. */
  readonly days: Int32Array;
  /** Closing price of each day, in the asset's currency. */
  readonly closes: Float64Array;
}

/** Prices of several assets on the days that all of them have. */
export interface AlignedPrices {
  readonly symbols: readonly string[];
  /** Days since 1970-01-01, strictly ascending. */
  readonly days: Int32Array;
  /** Shape (days, symbols). */
  readonly prices: Matrix;
  /** One entry per series that lost days or lacked some, in the order of `symbols`. */
  readonly dropped: readonly DroppedHistory[];
}

/** What aligning left out of one series, and what that series cost the others. */
export interface DroppedHistory {
  readonly symbol: string;
  /** First and last day of the series itself, as days since 1970-01-01. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** Days that the series has. */
  readonly observationCount: number;
  /** Days that the series has and the aligned prices lack. */
  readonly unusedCount: number;
  /** Days between its first and last that another series has and it lacks. */
  readonly missingCount: number;
}

/**
 * Aligns price series on the days that every one of them has.
 *
 * Nothing is filled in: a carried-forward price would show as a return of 0.
 *
 * @param series - At least one series, each with at least one day, symbols distinct.
 * @returns The shared days, possibly none, and what each series lost.
 * @throws {ArgumentError} There is no series, a series is empty, its days do not ascend or
 *   do not match its closes, or a symbol is repeated.
 */
export function alignPrices(series: readonly PriceSeries[]): AlignedPrices {
  checkSeries(series);
  const countByDay = new Map<number, number>();
  for (const { days } of series) {
    for (const day of days) {
      countByDay.set(day, (countByDay.get(day) ?? 0) + 1);
    }
  }
  const everyDay = Int32Array.from(countByDay.keys()).sort();
  const days = everyDay.filter((day) => countByDay.get(day) === series.length);
  const values = new Float64Array(days.length * series.length);
  for (const [column, { days: own, closes }] of series.entries()) {
    let at = 0;
    for (let row = 0; row < days.length; row++) {
      while (own[at] < days[row]) {
        at++;
      }
      values[row * series.length + column] = closes[at];
    }
  }
  return {
    symbols: series.map(({ symbol }) => symbol),
    days,
    prices: { rows: days.length, cols: series.length, values },
    dropped: series
      .map((one) => describeLoss(one, days.length, everyDay))
      .filter(({ unusedCount, missingCount }) => unusedCount > 0 || missingCount > 0),
  };
}

function describeLoss(
  { symbol, days }: PriceSeries,
  alignedCount: number,
  everyDay: Int32Array,
): DroppedHistory {
  const firstDay = days[0];
  const lastDay = days[days.length - 1];
  const spanCount = everyDay.filter((day) => day >= firstDay && day <= lastDay).length;
  return {
    symbol,
    firstDay,
    lastDay,
    observationCount: days.length,
    unusedCount: days.length - alignedCount,
    missingCount: spanCount - days.length,
  };
}

function checkSeries(series: readonly PriceSeries[]): void {
  if (series.length === 0) {
    throw new ArgumentError("there is no price series to align");
  }
  const seen = new Set<string>();
  for (const { symbol, days, closes } of series) {
    if (seen.has(symbol)) {
      throw new ArgumentError(`symbol ${symbol} is repeated`);
    }
    seen.add(symbol);
    if (days.length === 0) {
      throw new ArgumentError(`${symbol} has no prices`);
    }
    if (days.length !== closes.length) {
      throw new ArgumentError(`${symbol} has ${days.length} days and ${closes.length} closes`);
    }
    if (days.some((day, t) => t > 0 && day <= days[t - 1])) {
      throw new ArgumentError(`the days of ${symbol} do not ascend`);
    }
  }
}
