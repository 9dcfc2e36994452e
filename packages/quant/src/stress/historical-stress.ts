import { ArgumentError } from "../errors.ts";
import { type Matrix, requireFinite } from "../linalg/matrix.ts";
import { requireAscending } from "../performance/calendar-returns.ts";
import { maximumDrawdown } from "../risk/maximum-drawdown.ts";
import type { StressWindow } from "./historical-windows.ts";

/** Holdings and the prices to move them by. */
export interface StressHoldings {
  /** Fractions of the value, length N; the rest is cash, which does not move. */
  readonly weights: Float64Array;
  /** Days since 1970-01-01, ascending, length T. */
  readonly days: Int32Array;
  /** Closes that include dividends, shape (T, M), M ≥ N; column j < N is holding j. NaN if none. */
  readonly closes: Matrix;
  /** What stands in for a holding where its own closes do not reach, length N. */
  readonly proxies?: readonly (StressProxy | undefined)[] | undefined;
}

/** A stand-in: the holding moves each day by beta times another column's return. */
export interface StressProxy {
  /** Column of the closes. */
  readonly column: number;
  readonly beta: number;
}

/** What holdings would have done in a window. */
export type StressOutcome =
  | {
      readonly status: "covered";
      readonly window: StressWindow;
      /** Return of the whole, bought at the start and left alone. */
      readonly portfolioReturn: number;
      /** Deepest fall within the window, 0 … 1. */
      readonly maximumDrawdown: number;
      /** Return of each holding, length N; 0 where the weight is 0 and there are no closes. */
      readonly assetReturns: Float64Array;
      /** Weight times return, length N. */
      readonly contributions: Float64Array;
      /** Holdings moved by their proxy. */
      readonly byProxy: Int32Array;
    }
  | {
      readonly status: "not-covered";
      readonly window: StressWindow;
      /** Holdings with a weight that neither closes nor a proxy's cover; all if the days do not. */
      readonly missing: Int32Array;
    };

/**
 * Moves holdings through windows of the past.
 *
 * A window starts at the last close on or before its first day and ends at the last on or before
 * its last; a missing close within is the one before. A column covers a window if it has a close in
 * the seven days up to its start and in the seven days up to its end.
 *
 * @throws {ArgumentError} Lengths differ, days do not ascend, a weight is not finite, a close is not
 *   above 0, or a proxy names no column.
 */
export function historicalStress(
  holdings: StressHoldings,
  windows: readonly StressWindow[],
): readonly StressOutcome[] {
  checkHoldings(holdings);
  return windows.map((window) => throughWindow(holdings, window));
}

/** A column and how strongly a holding follows it. */
interface Source extends StressProxy {
  readonly isProxy: boolean;
}

interface Rows {
  readonly start: number;
  readonly end: number;
}

function throughWindow(holdings: StressHoldings, window: StressWindow): StressOutcome {
  const { weights, days } = holdings;
  const rows = {
    start: lastRowUpTo(days, window.startDay),
    end: lastRowUpTo(days, window.endDay),
  };
  const sources = Array.from(weights, (weight, j) =>
    weight === 0 ? undefined : sourceOf(holdings, window, j),
  );
  const missing = assetsWhere(sources, (source, j) => weights[j] !== 0 && source === undefined);
  if (missing.length > 0 || rows.start < 0) {
    return { status: "not-covered", window, missing };
  }
  return { status: "covered", window, ...buyAndHold(holdings, sources, rows) };
}

function buyAndHold(
  { weights, closes }: StressHoldings,
  sources: readonly (Source | undefined)[],
  rows: Rows,
) {
  const growth = new Float64Array(rows.end - rows.start + 1).fill(1);
  const assetReturns = new Float64Array(weights.length);
  for (const [j, source] of sources.entries()) {
    if (source === undefined) {
      continue;
    }
    const path = pathOf(closes, source, rows);
    assetReturns[j] = path[path.length - 1] - 1;
    for (let t = 0; t < path.length; t++) {
      growth[t] += weights[j] * (path[t] - 1);
    }
  }
  return {
    portfolioReturn: growth[growth.length - 1] - 1,
    // Debts can exceed what is held; a loss of everything is as deep as a drawdown gets.
    maximumDrawdown: maximumDrawdown(growth.map((value) => Math.max(0, value))).depth,
    assetReturns,
    contributions: assetReturns.map((value, j) => value * weights[j]),
    byProxy: assetsWhere(sources, (source) => source?.isProxy === true),
  };
}

function assetsWhere(
  sources: readonly (Source | undefined)[],
  holds: (source: Source | undefined, asset: number) => boolean,
): Int32Array {
  return Int32Array.from(sources.keys()).filter((j) => holds(sources[j], j));
}

/** Chooses the holding's own closes, or its proxy's if only they cover the window. */
function sourceOf(
  holdings: StressHoldings,
  window: StressWindow,
  asset: number,
): Source | undefined {
  if (isCovered(holdings, window, asset)) {
    return { column: asset, beta: 1, isProxy: false };
  }
  const proxy = holdings.proxies?.[asset];
  return proxy !== undefined && isCovered(holdings, window, proxy.column)
    ? { ...proxy, isProxy: true }
    : undefined;
}

// Longer than any holiday, shorter than the windows.
const REACH_DAYS = 7;

function isCovered({ days, closes }: StressHoldings, window: StressWindow, column: number) {
  return [window.startDay, window.endDay].every((day) => {
    for (let row = lastRowUpTo(days, day); row >= 0 && days[row] > day - REACH_DAYS; row--) {
      if (!Number.isNaN(closes.values[row * closes.cols + column])) {
        return true;
      }
    }
    return false;
  });
}

/** Finds the last row whose day is not after a day; −1 if there is none. */
function lastRowUpTo(days: Int32Array, day: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (days[middle] <= day) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

/** Compounds beta times the column's daily returns from the first row on; it cannot fall below 0. */
function pathOf({ cols, values }: Matrix, { column, beta }: Source, { start, end }: Rows) {
  const path = new Float64Array(end - start + 1).fill(1);
  let first = start;
  while (Number.isNaN(values[first * cols + column])) {
    first--;
  }
  let last = values[first * cols + column];
  for (let row = start + 1; row <= end; row++) {
    const close = values[row * cols + column];
    const change = Number.isNaN(close) ? 0 : close / last - 1;
    last = Number.isNaN(close) ? last : close;
    path[row - start] = path[row - start - 1] * Math.max(0, 1 + beta * change);
  }
  return path;
}

function checkHoldings({ weights, days, closes, proxies }: StressHoldings): void {
  requireAscending(days);
  requireFinite(weights, "weights");
  if (days.length !== closes.rows || weights.length > closes.cols) {
    throw new ArgumentError(
      `closes are ${closes.rows} by ${closes.cols} for ${days.length} days of ${weights.length}`,
    );
  }
  for (let k = 0; k < closes.values.length; k++) {
    const close = closes.values[k];
    if (!(Number.isNaN(close) || (close > 0 && close < Number.POSITIVE_INFINITY))) {
      throw new ArgumentError(`a close is ${close}, not above 0`);
    }
  }
  if (proxies !== undefined && proxies.length !== weights.length) {
    throw new ArgumentError(`there are ${proxies.length} proxies, not ${weights.length}`);
  }
  for (const proxy of proxies ?? []) {
    checkProxy(proxy, closes.cols);
  }
}

function checkProxy(proxy: StressProxy | undefined, columnCount: number): void {
  if (proxy === undefined) {
    return;
  }
  const { column, beta } = proxy;
  const isColumn = Number.isInteger(column) && column >= 0 && column < columnCount;
  if (!(isColumn && Number.isFinite(beta))) {
    throw new ArgumentError(`a proxy is column ${column} of ${columnCount} with beta ${beta}`);
  }
}
