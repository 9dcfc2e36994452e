import { ArgumentError } from "../errors.ts";
import { compoundReturn, requireReturns, requireSameLength } from "./return-series.ts";

/** Compound return of one month. */
export interface MonthReturn {
  readonly year: number;
  /** 1 … 12. */
  readonly month: number;
  readonly compoundReturn: number;
  /** Days with a return in the month. */
  readonly dayCount: number;
}

/** Compound return of one calendar year, as far as there are days in it. */
export interface YearReturn {
  readonly year: number;
  readonly compoundReturn: number;
  readonly dayCount: number;
}

/** Returns by calendar month and year, ascending. */
export interface CalendarReturns {
  readonly months: readonly MonthReturn[];
  readonly years: readonly YearReturn[];
}

const DAY_MS = 86_400_000;

/**
 * Tells year and month of a day in the proleptic Gregorian calendar.
 *
 * @param day - Days since 1970-01-01.
 * @returns The year, and the month 1 … 12.
 */
export function yearAndMonth(day: number): { readonly year: number; readonly month: number } {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}

/**
 * Compounds daily returns by calendar month and year.
 *
 * @param days - Day of each return, days since 1970-01-01, ascending, length T.
 * @param returns - Simple returns per day, length T.
 * @returns Only months and years that have a day; the first and last may be partial.
 * @throws {ArgumentError} Lengths differ, days do not ascend, or a return is not valid.
 */
export function calendarReturns(days: Int32Array, returns: Float64Array): CalendarReturns {
  requireSameLength(days, returns, "days and returns");
  requireReturns(returns, 0, "calendar returns");
  requireAscending(days);
  const months: MonthReturn[] = [];
  for (let start = 0; start < days.length; ) {
    const { year, month } = yearAndMonth(days[start]);
    const end = endOfPeriod(days, start, (day) => {
      const other = yearAndMonth(day);
      return other.year === year && other.month === month;
    });
    const dayCount = end - start;
    months.push({ year, month, compoundReturn: compoundReturn(returns, start, end), dayCount });
    start = end;
  }
  return { months, years: yearsOf(months) };
}

function endOfPeriod(days: Int32Array, start: number, isSame: (day: number) => boolean): number {
  let end = start + 1;
  while (end < days.length && isSame(days[end])) {
    end++;
  }
  return end;
}

function yearsOf(months: readonly MonthReturn[]): YearReturn[] {
  const years = new Map<number, { logGrowth: number; dayCount: number }>();
  for (const { year, compoundReturn: monthly, dayCount } of months) {
    const sum = years.get(year) ?? { logGrowth: 0, dayCount: 0 };
    years.set(year, {
      logGrowth: sum.logGrowth + Math.log1p(monthly),
      dayCount: sum.dayCount + dayCount,
    });
  }
  return [...years].map(([year, { logGrowth, dayCount }]) => ({
    year,
    compoundReturn: Math.expm1(logGrowth),
    dayCount,
  }));
}

/**
 * Checks that days ascend strictly.
 *
 * @throws {ArgumentError} They do not.
 */
export function requireAscending(days: Int32Array): void {
  for (let t = 1; t < days.length; t++) {
    if (days[t] <= days[t - 1]) {
      throw new ArgumentError(`days do not ascend at ${t}: ${days[t]} follows ${days[t - 1]}`);
    }
  }
}
