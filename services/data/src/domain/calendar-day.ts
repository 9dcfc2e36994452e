/** A calendar day as the number of days since 1970-01-01. Negative before. */
export type CalendarDay = number;

const MS_PER_DAY = 86_400_000;

/** First and last year that prices may have. */
export const YEAR_MIN = 1900;
export const YEAR_MAX = 2100;

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Day of 1 January of each year from `YEAR_MIN` to `YEAR_MAX + 1`. */
const NEW_YEARS = Int32Array.from(
  { length: YEAR_MAX - YEAR_MIN + 2 },
  (_, i) => Date.UTC(YEAR_MIN + i, 0, 1) / MS_PER_DAY,
);

/** First and last day that prices may have. */
export const DAY_MIN: CalendarDay = newYear(YEAR_MIN);
export const DAY_MAX: CalendarDay = newYear(YEAR_MAX + 1) - 1;

const isoDates: string[] = [];

/** @returns The day, or undefined when the calendar has no such day (2023-02-30). */
export function dayOf(year: number, month: number, dayOfMonth: number): CalendarDay | undefined {
  const date = new Date(Date.UTC(year, month - 1, dayOfMonth));
  const exists =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === dayOfMonth;
  return exists ? date.getTime() / MS_PER_DAY : undefined;
}

/**
 * Reads `YYYY-MM-DD`.
 *
 * @returns Undefined when the text is written otherwise, is no day of the calendar, or lies
 *   outside the years that prices may have.
 */
export function parseIsoDate(text: string): CalendarDay | undefined {
  const match = ISO_DATE.exec(text);
  if (!match) {
    return undefined;
  }
  const day = dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return day !== undefined && isSupportedDay(day) ? day : undefined;
}

/** Writes `YYYY-MM-DD`. */
export function formatIsoDate(day: CalendarDay): string {
  if (!isSupportedDay(day)) {
    return isoDate(day);
  }
  const index = day - DAY_MIN;
  const known = isoDates[index];
  if (known !== undefined) {
    return known;
  }
  const text = isoDate(day);
  isoDates[index] = text;
  return text;
}

export function isSupportedDay(day: CalendarDay): boolean {
  return day >= DAY_MIN && day <= DAY_MAX;
}

/** Year of a supported day. */
export function yearOf(day: CalendarDay): number {
  return new Date(day * MS_PER_DAY).getUTCFullYear();
}

/** 1 January of a year from `YEAR_MIN` to `YEAR_MAX + 1`. */
export function newYear(year: number): CalendarDay {
  return NEW_YEARS[year - YEAR_MIN] as CalendarDay;
}

/** The day in UTC at a moment. */
export function dayAt(moment: Date): CalendarDay {
  return Math.floor(moment.getTime() / MS_PER_DAY);
}

function isoDate(day: CalendarDay): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}
