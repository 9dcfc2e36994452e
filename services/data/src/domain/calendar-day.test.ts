import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DAY_MAX,
  DAY_MIN,
  dayOf,
  formatIsoDate,
  newYear,
  parseIsoDate,
  yearOf,
} from "./calendar-day.ts";

describe("parseIsoDate", () => {
  it("counts days from 1970-01-01", () => {
    expect(parseIsoDate("1970-01-01")).toBe(0);
    expect(parseIsoDate("1969-12-31")).toBe(-1);
    // 30 years of 365 days and the 7 leap days of 1972 to 1996.
    expect(parseIsoDate("2000-01-01")).toBe(30 * 365 + 7);
  });

  it.each(["2023-02-29", "2023-02-30", "2023-04-31", "2023-13-01", "2023-00-10", "2023-01-00"])(
    "knows that the calendar has no %s",
    (text) => {
      expect(parseIsoDate(text)).toBeUndefined();
    },
  );

  it.each(["2023-1-1", "20230101", "2023-01-01 ", "2023-01-01T00:00:00Z", "+02023-01-01", ""])(
    "does not take %j",
    (text) => {
      expect(parseIsoDate(text)).toBeUndefined();
    },
  );

  it("takes the years from 1900 to 2100", () => {
    expect(parseIsoDate("1899-12-31")).toBeUndefined();
    expect(parseIsoDate("1900-01-01")).toBe(DAY_MIN);
    expect(parseIsoDate("2100-12-31")).toBe(DAY_MAX);
    expect(parseIsoDate("2101-01-01")).toBeUndefined();
    // A year below 100 is not taken for one of the 20th century.
    expect(parseIsoDate("0099-01-01")).toBeUndefined();
  });

  it("reads what formatIsoDate writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: DAY_MIN, max: DAY_MAX }), (day) => {
        expect(parseIsoDate(formatIsoDate(day))).toBe(day);
      }),
    );
  });
});

describe("newYear", () => {
  it("is the first day of its year, for every supported year", () => {
    for (let year = 1900; year <= 2100; year += 1) {
      expect(newYear(year)).toBe(dayOf(year, 1, 1));
      expect(yearOf(newYear(year))).toBe(year);
      expect(yearOf(newYear(year) - 1)).toBe(year - 1);
    }
  });
});
