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

/**
 * Finds the days within a period on which every instrument has a close.
 *
 * @param period - Days outside it count for nothing, not as dropped either.
 * @returns No days, and closes of length 0, when none is shared.
 */
export function alignCloses(histories: readonly CloseHistory[], period: DayRange): AlignedCloses {
  const parts = histories.map((history) => withinPeriod(history, period));
  const days = sharedDays(parts.map((part) => part.days));
  const closes = new Float64Array(days.length * parts.length);
  parts.forEach((part, column) => {
    writeColumn(closes, column, parts.length, part, days);
  });
  return { days, closes, dropped: droppedDays(parts, days.length) };
}

function withinPeriod({ days, closes }: CloseHistory, { first, last }: DayRange): CloseHistory {
  const from = lowerBound(days, first);
  const to = lowerBound(days, last + 1);
  return { days: days.subarray(from, to), closes: closes.subarray(from, to) };
}

function sharedDays(calendars: readonly Int32Array[]): Int32Array {
  // Starting from the shortest calendar keeps every intersection at most that long.
  const [shortest = new Int32Array(0), ...others] = calendars.toSorted(
    (a, b) => a.length - b.length,
  );
  let shared = shortest;
  for (const days of others) {
    shared = intersect(shared, days);
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

function writeColumn(
  target: Float64Array,
  column: number,
  columnCount: number,
  { days, closes }: CloseHistory,
  shared: Int32Array,
): void {
  let position = column;
  let j = 0;
  for (let i = 0; i < shared.length; i += 1) {
    while (days[j] !== shared[i]) {
      j += 1;
    }
    target[position] = closes[j] as number;
    position += columnCount;
  }
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
