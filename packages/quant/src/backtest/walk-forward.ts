import { ArgumentError } from "../errors.ts";
import { type CalendarPeriod, periodStarts } from "./period-starts.ts";

/** Rows to fit on and rows to judge by; an end is the first row after. */
export interface WalkForwardSplit {
  readonly trainStart: number;
  readonly trainEnd: number;
  readonly testStart: number;
  readonly testEnd: number;
}

/** Windows of fixed numbers of rows. */
export interface WalkForwardRows {
  readonly rowCount: number;
  readonly trainRows: number;
  readonly testRows: number;
  /** Rows left out between training and test. */
  readonly purgeRows: number;
  /** Training starts at row 0 instead of moving along. */
  readonly isExpanding: boolean;
  /** Keeps a last test of fewer rows. */
  readonly keepsPartialTest: boolean;
}

/**
 * Splits rows into training windows, each followed by a test; tests follow each other.
 *
 * @returns In time order; none if the rows are too few for one.
 * @throws {ArgumentError} A number of rows is negative or not whole, or a window is empty.
 */
export function walkForward(windows: WalkForwardRows): readonly WalkForwardSplit[] {
  requireCount(windows.rowCount, 0, "rows");
  requireCount(windows.trainRows, 1, "training rows");
  requireCount(windows.testRows, 1, "test rows");
  requireCount(windows.purgeRows, 0, "purged rows");
  const { rowCount, trainRows, testRows, purgeRows } = windows;
  const splits: WalkForwardSplit[] = [];
  for (let testStart = trainRows + purgeRows; testStart < rowCount; testStart += testRows) {
    const testEnd = Math.min(testStart + testRows, rowCount);
    const trainEnd = testStart - purgeRows;
    if (testEnd - testStart === testRows || windows.keepsPartialTest) {
      const trainStart = windows.isExpanding ? 0 : trainEnd - trainRows;
      splits.push({ trainStart, trainEnd, testStart, testEnd });
    }
  }
  return splits;
}

/** Windows of whole calendar periods. */
export interface WalkForwardCalendar {
  /** Day of each row, days since 1970-01-01, ascending. */
  readonly days: Int32Array;
  readonly period: CalendarPeriod;
  readonly trainPeriods: number;
  readonly testPeriods: number;
  readonly purgeRows: number;
  readonly isExpanding: boolean;
}

/**
 * Splits rows at the ends of weeks, months, quarters or years.
 *
 * Windows hold whole periods: the first and the last period of the data are left out, since the
 * data may begin and end within them. An expanding training window starts at row 0 all the same.
 *
 * @returns In time order; none if the periods are too few for one.
 * @throws {ArgumentError} A number of periods or rows is not valid, days do not ascend, or purging
 *   leaves no row to train on.
 */
export function walkForwardCalendar(windows: WalkForwardCalendar): readonly WalkForwardSplit[] {
  requireCount(windows.trainPeriods, 1, "training periods");
  requireCount(windows.testPeriods, 1, "test periods");
  requireCount(windows.purgeRows, 0, "purged rows");
  const { trainPeriods, testPeriods, purgeRows } = windows;
  const starts = periodStarts(windows.days, windows.period);
  const splits: WalkForwardSplit[] = [];
  for (let k = trainPeriods; k + testPeriods < starts.length; k += testPeriods) {
    const trainStart = windows.isExpanding ? 0 : starts[k - trainPeriods];
    const trainEnd = starts[k] - purgeRows;
    if (trainEnd <= trainStart) {
      throw new ArgumentError(
        `purging ${purgeRows} rows leaves none to train on before ${starts[k]}`,
      );
    }
    splits.push({ trainStart, trainEnd, testStart: starts[k], testEnd: starts[k + testPeriods] });
  }
  return splits;
}

function requireCount(value: number, minimum: number, what: string): void {
  if (!(Number.isInteger(value) && value >= minimum)) {
    throw new ArgumentError(
      `the number of ${what} is ${value}, not an integer of at least ${minimum}`,
    );
  }
}
