import { TRADING_DAYS_PER_YEAR } from "@portfolio/quant";

const DAY_MS = 86_400_000;

/** Numbers calendar days `YYYY-MM-DD` from 1970-01-01. */
export function dayNumbers(dates: readonly string[]): Int32Array {
  return Int32Array.from(dates, (date) => Date.parse(date) / DAY_MS);
}

/** Writes a day as `YYYY-MM-DD`. @param day - Days since 1970-01-01. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Return of cash on each of some days, from a rate per year that is compounded daily. */
export function cashReturns(ratePerYear: number, dayCount: number): Float64Array {
  return new Float64Array(dayCount).fill((1 + ratePerYear) ** (1 / TRADING_DAYS_PER_YEAR) - 1);
}
