import { type CalendarDay, dayOf, isSupportedDay } from "./calendar-day.ts";

/** How dates that are not ISO are written; undefined means to find out. */
export type DateOrder = KnownOrder | undefined;

type KnownOrder = "day-first" | "month-first";

/** `2024-12-31`, also with a midnight after it, as some programs write days. */
const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** `31/12/2024`, `31.12.2024`, `31-12-2024`, `12/31/2024`. */
const NUMBERS = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/;

/** Whether a text is written like a date whose day and month may come in either order. */
export function isDateOfNumbers(text: string): boolean {
  return NUMBERS.test(text);
}

type DateParts =
  | { readonly kind: "iso"; readonly day: CalendarDay | undefined }
  | {
      readonly kind: "numbers";
      readonly first: number;
      readonly second: number;
      readonly year: number;
    }
  | { readonly kind: "other" };

/** Gathers the dates of one file, and reads them once all are known. */
export class DateColumn {
  readonly #indexes = new Map<string, number>();
  readonly #parts: DateParts[] = [];

  /** @returns Index of the date among the different ones of the file. */
  add(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) {
      return known;
    }
    const index = this.#parts.length;
    this.#indexes.set(text, index);
    this.#parts.push(parseDate(text));
    return index;
  }

  /**
   * The order by which dates that are not ISO are read.
   *
   * @param order - When it is to be found out: month first if some date has a second number over 12
   *   and none has such a first one, day first otherwise.
   */
  order(order: DateOrder): KnownOrder {
    return order ?? this.#findOrder();
  }

  /**
   * Reads all dates.
   *
   * @returns Days by index, undefined for what is no supported day of the calendar.
   */
  days(order: DateOrder): (CalendarDay | undefined)[] {
    const found = this.order(order);
    return this.#parts.map((parts) => {
      const day = toDay(parts, found);
      return day !== undefined && isSupportedDay(day) ? day : undefined;
    });
  }

  #findOrder(): KnownOrder {
    const numbers = this.#parts.filter((parts) => parts.kind === "numbers");
    const isMonthFirst =
      numbers.some(({ second }) => second > 12) && !numbers.some(({ first }) => first > 12);
    return isMonthFirst ? "month-first" : "day-first";
  }
}

function parseDate(text: string): DateParts {
  const iso = ISO.exec(text);
  if (iso) {
    return { kind: "iso", day: dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3])) };
  }
  const numbers = NUMBERS.exec(text);
  if (numbers) {
    const [, first, , second, year] = numbers.map(Number);
    return { kind: "numbers", first: first ?? 0, second: second ?? 0, year: year ?? 0 };
  }
  return { kind: "other" };
}

function toDay(parts: DateParts, order: DateOrder): CalendarDay | undefined {
  switch (parts.kind) {
    case "iso":
      return parts.day;
    case "numbers":
      return order === "month-first"
        ? dayOf(parts.year, parts.first, parts.second)
        : dayOf(parts.year, parts.second, parts.first);
    case "other":
      return undefined;
  }
}
