import type { DatasetReference as WireDataset } from "@portfolio/gen/portfolio/type/v1/dataset_pb.js";
import type { DatasetReference, PriceSelection } from "../../domain/portfolio-problem.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

interface WirePrices {
  readonly startDate: string;
  readonly endDate: string;
  readonly dataset?: WireDataset | undefined;
}

/**
 * Reads which prices are meant.
 *
 * @throws {AppError} `DATE_INVALID`, `DATES_REVERSED`.
 */
export function readPrices({ startDate, endDate, dataset }: WirePrices): PriceSelection {
  checkDateRange({ field: "start_date", date: startDate }, { field: "end_date", date: endDate });
  return { startDate, endDate, dataset: readDataset(dataset) };
}

interface DateField {
  readonly field: string;
  /** Empty for no limit. */
  readonly date: string;
}

/** Checks a first and a last day. @throws {AppError} `DATE_INVALID`, `DATES_REVERSED`. */
export function checkDateRange(first: DateField, last: DateField): void {
  refuseIfAny(
    "DATE_INVALID",
    [first, last]
      .filter(({ date }) => date !== "" && !isCalendarDate(date))
      .map(({ field, date }) => ({
        field,
        description: `"${date}" is not a day of the calendar written as YYYY-MM-DD`,
      })),
  );
  if (first.date !== "" && last.date !== "" && first.date > last.date) {
    const reversed = `${first.date} is after the end date, ${last.date}`;
    refuse("DATES_REVERSED", first.field, reversed);
  }
}

/** Reads a dataset reference; `sample` at its newest revision when there is none. */
export function readDataset(dataset: WireDataset | undefined): DatasetReference {
  return { id: dataset?.id ?? "sample", revision: dataset?.revision ?? 0 };
}

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    return false;
  }
  const date = new Date(`${text}T00:00:00Z`);
  // 30 February would become 1 or 2 March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
