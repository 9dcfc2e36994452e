import { lowerBound } from "./bar-series.ts";
import type { DayRange } from "./instrument.ts";

/** Closes of one instrument. `days` ascends strictly. */
export interface CloseHistory {
  readonly days: Int32Array;
  readonly closes: Float64Array;
}

/** Closes of several instruments on the days that all of them share. */
export interface AlignedCloses {
  readonly days: Int32Array;
  /** Row-major, shape (days, instruments). */
  readonly closes: Float64Array;
  /** By position of the instrument: what it has in the period beyond the shared days. */
  readonly dropped: readonly DroppedDays[];
}

export interface DroppedDays {
  readonly index: number;
  /** First and last day that the instrument has in the period. */
  readonly available: DayRange;
  readonly droppedCount: number;
}

/** Rows that are transposed at a time, so that they stay in the processor's cache. */
const TILE_ROWS = 64;

/**
 * Finds the days within a period on which every instrument has a close. Yields often.
 *
 * @param period - Days outside it count for nothing, not as dropped either.
 * @returns No days, and closes of length 0, when none is shared.
 */
export function* alignCloses(
  histories: readonly CloseHistory[],
  period: DayRange,
): Generator<void, AlignedCloses> {
  const parts = histories.map((history) => withinPeriod(history, period));
  const days = yield* sharedDays(parts.map((part) => part.days));
  const columns: Float64Array[] = [];
  for (const part of parts) {
    columns.push(closesOn(days, part));
    yield;
  }
  const closes = yield* toRowMajor(columns, days.length);
  return { days, closes, dropped: droppedDays(parts, days.length) };
}

function withinPeriod({ days, closes }: CloseHistory, { first, last }: DayRange): CloseHistory {
  const from = lowerBound(days, first);
  const to = lowerBound(days, last + 1);
  return { days: days.subarray(from, to), closes: closes.subarray(from, to) };
}

function* sharedDays(calendars: readonly Int32Array[]): Generator<void, Int32Array> {
  // Starting from the shortest calendar keeps every intersection at most that long.
  const [shortest = new Int32Array(0), ...others] = calendars.toSorted(
    (a, b) => a.length - b.length,
  );
  let shared = shortest;
  for (const days of others) {
    shared = intersect(shared, days);
    yield;
  }
  return shared;
}

/** @returns `a` itself when `b` has all of its days, which is common and saves a copy. */
function intersect(a: Int32Array, b: Int32Array): Int32Array {
  const shared = new Int32Array(a.length);
  let count = 0;
  let j = 0;
  for (let i = 0; i < a.length; i += 1) {
    const day = a[i] as number;
    while (j < b.length && (b[j] as number) < day) {
      j += 1;
    }
    if (b[j] === day) {
      shared[count] = day;
      count += 1;
    }
  }
  return count === a.length ? a : shared.slice(0, count);
}

/** @param shared - Days of which the history has every one. */
function closesOn(shared: Int32Array, { days, closes }: CloseHistory): Float64Array {
  if (days.length === shared.length) {
    return closes;
  }
  const picked = new Float64Array(shared.length);
  let j = 0;
  for (let i = 0; i < shared.length; i += 1) {
    while (days[j] !== shared[i]) {
      j += 1;
    }
    picked[i] = closes[j] as number;
  }
  return picked;
}

function* toRowMajor(
  columns: readonly Float64Array[],
  rowCount: number,
): Generator<void, Float64Array> {
  const columnCount = columns.length;
  const values = new Float64Array(rowCount * columnCount);
  for (let start = 0; start < rowCount; start += TILE_ROWS) {
    const end = Math.min(start + TILE_ROWS, rowCount);
    for (let column = 0; column < columnCount; column += 1) {
      const source = columns[column] as Float64Array;
      for (let row = start; row < end; row += 1) {
        values[row * columnCount + column] = source[row] as number;
      }
    }
    yield;
  }
  return values;
}

function droppedDays(parts: readonly CloseHistory[], sharedCount: number): DroppedDays[] {
  return parts.flatMap(({ days }, index) => {
    const first = days[0];
    const last = days.at(-1);
    if (first === undefined || last === undefined || days.length === sharedCount) {
      return [];
    }
    return [{ index, available: { first, last }, droppedCount: days.length - sharedCount }];
  });
}
