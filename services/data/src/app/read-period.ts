import { AppError, type FieldViolation } from "@portfolio/platform/app-error";
import { DAY_MAX, DAY_MIN, parseIsoDate } from "../domain/calendar-day.ts";
import type { DayRange } from "../domain/instrument.ts";

/**
 * Reads the first and last day of a request; empty stands for no bound.
 *
 * @throws {AppError} `DATE_INVALID`, `DATES_REVERSED`.
 */
export function readPeriod(startDate: string, endDate: string): DayRange {
  const violations: FieldViolation[] = [];
  const read = (field: string, text: string, fallback: number): number => {
    const day = text === "" ? fallback : parseIsoDate(text);
    if (day === undefined) {
      const description = `"${text}" is no day from 1900-01-01 to 2100-12-31 as YYYY-MM-DD.`;
      violations.push({ field, description });
    }
    return day ?? fallback;
  };
  const first = read("start_date", startDate, DAY_MIN);
  const last = read("end_date", endDate, DAY_MAX);
  if (violations.length > 0) {
    const message = violations.map(({ description }) => description).join(" ");
    throw new AppError("invalid-argument", "DATE_INVALID", message, { violations });
  }
  if (first > last) {
    const description = `The start date ${startDate} is after the end date ${endDate}.`;
    throw new AppError("invalid-argument", "DATES_REVERSED", description, {
      violations: [{ field: "start_date", description }],
    });
  }
  return { first, last };
}
