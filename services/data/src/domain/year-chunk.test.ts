import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BarSeries } from "./bar-series.ts";
import { DAY_MAX, DAY_MIN, parseIsoDate } from "./calendar-day.ts";
import { decodeChunks, encodeYear, splitYears } from "./year-chunk.ts";

const price = fc.double({ min: 0.001, max: 1e6, noNaN: true });

/** Bars over any years, with opens that are sometimes not known. */
const barSeries = fc
  .uniqueArray(fc.integer({ min: DAY_MIN, max: DAY_MAX }), { minLength: 1, maxLength: 60 })
  .chain((days) =>
    fc.record({
      days: fc.constant(Int32Array.from(days).sort()),
      fields: fc.record({
        close: floats(price, days.length),
        open: floats(fc.oneof(price, fc.constant(Number.NaN)), days.length),
      }),
    }),
  );

function floats(value: fc.Arbitrary<number>, length: number): fc.Arbitrary<Float64Array> {
  return fc
    .array(value, { minLength: length, maxLength: length })
    .map((values) => Float64Array.from(values));
}

describe("encodeYear", () => {
  it("writes days of the year and values, least significant byte first", () => {
    const day = parseIsoDate("2024-12-31") as number;
    const bars: BarSeries = { days: Int32Array.of(day), fields: { close: Float64Array.of(1) } };

    // 2024 is a leap year: its last day is number 365 = 0x016d. 1 is 0x3ff0000000000000.
    expect(encodeYear(2024, bars)).toEqual([
      {
        field: "close",
        year: 2024,
        days: Uint8Array.of(0x6d, 0x01),
        values: Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf0, 0x3f),
      },
    ]);
  });

  it("leaves out a field of which nothing is known", () => {
    const fields = { close: Float64Array.of(1), high: Float64Array.of(Number.NaN) };

    expect(encodeYear(1970, { days: Int32Array.of(0), fields })).toHaveLength(1);
  });
});

describe("decodeChunks", () => {
  it("gives back what was split and encoded, to the bit", () => {
    fc.assert(
      fc.property(barSeries, (bars) => {
        const chunks = splitYears(bars).flatMap((part) => encodeYear(part.year, part.bars));

        const decoded = decodeChunks(chunks);

        expect(decoded.days).toEqual(bars.days);
        expect(decoded.fields.close).toEqual(bars.fields.close);
        const unknown = new Float64Array(bars.days.length).fill(Number.NaN);
        expect(decoded.fields.open ?? unknown).toEqual(bars.fields.open);
      }),
    );
  });

  it("gives no bars for no chunks", () => {
    expect(decodeChunks([]).days).toHaveLength(0);
  });
});
