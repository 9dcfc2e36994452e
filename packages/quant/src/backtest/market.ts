import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { requireAscending } from "../performance/calendar-returns.ts";

/**
 * What happened to N assets on T days. Plain data that survives a structured clone.
 *
 * A close is NaN on a day without trading: before the listing, in a gap, or after the delisting.
 */
export interface Market {
  /** Days since 1970-01-01, ascending, length T. */
  readonly days: Int32Array;
  /** Closes adjusted for splits, shape (T, N), above 0 or NaN. */
  readonly closes: Matrix;
  /** Cash per share that goes ex on the day, shape (T, N). Absent if closes include dividends. */
  readonly dividends?: Matrix | undefined;
  /** Shares traded on the day, shape (T, N); NaN or 0 if none. Needed for market impact. */
  readonly volumes?: Matrix | undefined;
  /**
   * First row at which each asset is no longer listed, T if it always is, length N. If absent, the
   * row after an asset's last close.
   */
  readonly delistingRows?: Int32Array | undefined;
  /** Return from the last close to what holders got for a delisted asset, length N; 0 if absent. */
  readonly delistingReturns?: Float64Array | undefined;
  /** Return of cash from the day before to this day, length T; 0 if absent. */
  readonly cashReturns?: Float64Array | undefined;
}

/**
 * Checks shapes and values of a market.
 *
 * @throws {ArgumentError} A shape differs from that of the closes, days do not ascend, or a close,
 *   dividend, volume or return is not possible.
 */
export function checkMarket(market: Market): void {
  const { days, closes } = market;
  requireLength(days.length, closes.rows, "days");
  requireAscending(days);
  requireEntries(closes, closes, "close", (value) => value > 0 || Number.isNaN(value));
  if (market.dividends !== undefined) {
    requireEntries(market.dividends, closes, "dividend", (value) => value >= 0);
  }
  if (market.volumes !== undefined) {
    requireEntries(market.volumes, closes, "volume", (value) => value >= 0 || Number.isNaN(value));
  }
  requireLength(market.delistingRows?.length, closes.cols, "delisting rows");
  requireLength(market.delistingReturns?.length, closes.cols, "delisting returns");
  requireLength(market.cashReturns?.length, closes.rows, "cash returns");
  for (const returns of [market.delistingReturns, market.cashReturns]) {
    if (returns?.some((value) => !(value >= -1 && value < Number.POSITIVE_INFINITY))) {
      throw new ArgumentError("a cash or delisting return is below -1 or not finite");
    }
  }
}

function requireLength(length: number | undefined, expected: number, what: string): void {
  if (length !== undefined && length !== expected) {
    throw new ArgumentError(`there are ${length} ${what}, not ${expected}`);
  }
}

function requireEntries(
  matrix: Matrix,
  closes: Matrix,
  what: string,
  isPossible: (value: number) => boolean,
): void {
  const { rows, cols } = closes;
  if (matrix.rows !== rows || matrix.cols !== cols || matrix.values.length !== rows * cols) {
    throw new ArgumentError(
      `${what}s are ${matrix.rows} by ${matrix.cols}, not ${rows} by ${cols}`,
    );
  }
  for (let k = 0; k < matrix.values.length; k++) {
    if (!isPossible(matrix.values[k]) || matrix.values[k] === Number.POSITIVE_INFINITY) {
      const place = `row ${Math.floor(k / cols)}, column ${k % cols}`;
      throw new ArgumentError(`a ${what} is ${matrix.values[k]} at ${place}`);
    }
  }
}

/** Finds the row after each asset's last close; 0 for an asset without any. */
export function rowsAfterLastClose({ rows, cols, values }: Matrix): Int32Array {
  const found = new Int32Array(cols);
  for (let j = 0; j < cols; j++) {
    let row = rows;
    while (row > 0 && Number.isNaN(values[(row - 1) * cols + j])) {
      row--;
    }
    found[j] = row;
  }
  return found;
}

/**
 * Computes simple returns with dividends, (close + dividend) / previous close − 1.
 *
 * @param closes - Shape (T, N), NaN without trading.
 * @param dividends - Shape (T, N), if any.
 * @returns Shape (T − 1, N); NaN where either close is.
 */
export function totalReturns(closes: Matrix, dividends?: Matrix): Matrix {
  const { rows, cols, values } = closes;
  const returns = new Float64Array(Math.max(0, rows - 1) * cols);
  for (let k = 0; k < returns.length; k++) {
    const dividend = dividends === undefined ? 0 : dividends.values[k + cols];
    returns[k] = (values[k + cols] + dividend) / values[k] - 1;
  }
  return { rows: Math.max(0, rows - 1), cols, values: returns };
}
