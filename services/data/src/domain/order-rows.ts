import { DAY_MAX, DAY_MIN } from "./calendar-day.ts";
import { IntegerList } from "./growable.ts";

/** Rows of one symbol, by day. */
export interface OrderedRows {
  /** Ascending strictly. */
  readonly days: Int32Array;
  /** Positions among the rows given, one per day. */
  readonly positions: Int32Array;
  /** Positions of rows whose day an earlier row has. */
  readonly repeated: Int32Array;
  /** For each of `repeated`, the position of that earlier row. */
  readonly firsts: Int32Array;
}

/** Stands for a row without a usable day. */
export const NO_DAY = -(2 ** 31);

const ROWS_PER_STEP = 1 << 16;

/**
 * Orders rows by day and finds repeated days, of which the first row counts.
 *
 * @param days - Day of each row, or `NO_DAY`.
 */
export function* orderRows(days: Int32Array): Generator<void, OrderedRows> {
  if (isAscending(days)) {
    const positions = Int32Array.from(days, (_, i) => i);
    return { days, positions, repeated: new Int32Array(0), firsts: new Int32Array(0) };
  }
  const positionOfDay = new Int32Array(DAY_MAX - DAY_MIN + 1).fill(-1);
  const repeated = new IntegerList();
  const firsts = new IntegerList();
  let count = 0;
  for (let i = 0; i < days.length; i += 1) {
    const index = (days[i] as number) - DAY_MIN;
    const first = index < 0 ? undefined : (positionOfDay[index] as number);
    if (first === -1) {
      positionOfDay[index] = i;
      count += 1;
    } else if (first !== undefined) {
      repeated.push(i);
      firsts.push(first);
    }
    if (i % ROWS_PER_STEP === ROWS_PER_STEP - 1) {
      yield;
    }
  }
  const ordered = collect(positionOfDay, count);
  return { ...ordered, repeated: repeated.values(), firsts: firsts.values() };
}

/** False where a row has no day, as `NO_DAY` is before all days. */
function isAscending(days: Int32Array): boolean {
  for (let i = 1; i < days.length; i += 1) {
    if ((days[i] as number) <= (days[i - 1] as number)) {
      return false;
    }
  }
  return days[0] !== NO_DAY;
}

function collect(
  positionOfDay: Int32Array,
  count: number,
): { days: Int32Array; positions: Int32Array } {
  const days = new Int32Array(count);
  const positions = new Int32Array(count);
  let next = 0;
  for (let i = 0; next < count; i += 1) {
    const position = positionOfDay[i] as number;
    if (position !== -1) {
      days[next] = DAY_MIN + i;
      positions[next] = position;
      next += 1;
    }
  }
  return { days, positions };
}
