import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BarSeries } from "./bar-series.ts";
import { mergeBars } from "./merge-bars.ts";

const UNKNOWN = Number.NaN;

function bars(rows: [day: number, close: number, open?: number][]): BarSeries {
  return {
    days: Int32Array.from(rows, ([day]) => day),
    fields: {
      close: Float64Array.from(rows, ([, close]) => close),
      open: Float64Array.from(rows, ([, , open]) => open ?? UNKNOWN),
    },
  };
}

describe("mergeBars", () => {
  it("tells new, changed and unchanged bars apart", () => {
    const stored = bars([
      [1, 10, 9],
      [2, 20],
      [4, 40, 39],
    ]);
    const incoming = bars([
      [1, 10],
      [2, 20, 19],
      [3, 30],
      [4, 41],
    ]);

    const { merged, inserted, updated, unchangedCount } = mergeBars(stored, incoming);

    expect([...merged.days]).toEqual([1, 2, 3, 4]);
    expect([...merged.fields.close]).toEqual([10, 20, 30, 41]);
    expect([...(merged.fields.open ?? [])]).toEqual([9, 19, UNKNOWN, 39]);
    expect(inserted).toEqual([2]);
    expect(updated).toEqual([1, 3]);
    expect(unchangedCount).toBe(1);
  });

  it("changes nothing when the incoming bars are stored already", () => {
    const both = bars([
      [1, 10],
      [2, 20, 19],
    ]);

    expect(mergeBars(both, both)).toMatchObject({ inserted: [], updated: [], unchangedCount: 2 });
  });

  it("agrees with a map from day to close", () => {
    const closes = fc.dictionary(
      fc.integer({ min: 0, max: 30 }).map(String),
      fc.constantFrom(1, 2, 3),
    );
    fc.assert(
      fc.property(closes, closes, (stored, incoming) => {
        const changes = mergeBars(barsOf(stored), barsOf(incoming));

        const expected = Object.entries({ ...stored, ...incoming }).map(([day, close]) => [
          Number(day),
          close,
        ]);
        const { days, fields } = changes.merged;
        expect(Array.from(days, (day, i) => [day, fields.close[i]])).toEqual(expected);
        const days2 = Object.keys(incoming);
        expect(changes.inserted).toHaveLength(days2.filter((day) => !(day in stored)).length);
        expect(changes.unchangedCount).toBe(
          days2.filter((day) => stored[day] === incoming[day]).length,
        );
      }),
    );
  });
});

/** Object keys that are small numbers are in ascending order. */
function barsOf(closes: Readonly<Record<string, number>>): BarSeries {
  return bars(Object.entries(closes).map(([day, close]) => [Number(day), close]));
}
