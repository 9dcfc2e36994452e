import { requireAscending, yearAndMonth } from "../performance/calendar-returns.ts";

/** A calendar period. Weeks start on Monday. */
export type CalendarPeriod = "week" | "month" | "quarter" | "year";

/**
 * Finds the first row of each calendar period.
 *
 * A strategy that decides before these rows rebalances on the last known close of each period.
 *
 * @param days - Days since 1970-01-01, ascending.
 * @returns Rows, ascending, without row 0: the data may begin within a period.
 * @throws {ArgumentError} The days do not ascend.
 */
export function periodStarts(days: Int32Array, period: CalendarPeriod): Int32Array {
  requireAscending(days);
  const starts: number[] = [];
  for (let row = 1; row < days.length; row++) {
    if (periodNumber(days[row], period) !== periodNumber(days[row - 1], period)) {
      starts.push(row);
    }
  }
  return Int32Array.from(starts);
}

/** Numbers the periods of the calendar, so that days of one period have one number. */
function periodNumber(day: number, period: CalendarPeriod): number {
  const { year, month } = yearAndMonth(day);
  switch (period) {
    case "week":
      // 1970-01-01 was a Thursday: three days into its week.
      return Math.floor((day + 3) / 7);
    case "month":
      return year * 12 + month - 1;
    case "quarter":
      return year * 4 + Math.floor((month - 1) / 3);
    case "year":
      return year;
  }
}
