import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { alignPrices, type PriceSeries } from "./align-prices.ts";

function series(symbol: string, days: readonly number[]): PriceSeries {
  return {
    symbol,
    days: Int32Array.from(days),
    closes: Float64Array.from(days, (day) => day + 0.5),
  };
}

describe("alignPrices", () => {
  it("keeps the shared days and says what each series lost", () => {
    const aligned = alignPrices([
      series("A", [1, 2, 3, 4]),
      series("B", [2, 4, 5]),
      series("C", [2, 4]),
    ]);

    expect(aligned.symbols).toEqual(["A", "B", "C"]);
    expect(Array.from(aligned.days)).toEqual([2, 4]);
    expect(Array.from(aligned.prices.values)).toEqual([2.5, 2.5, 2.5, 4.5, 4.5, 4.5]);
    expect(aligned.dropped).toEqual([
      {
        symbol: "A",
        firstDay: 1,
        lastDay: 4,
        observationCount: 4,
        unusedCount: 2,
        missingCount: 0,
      },
      {
        symbol: "B",
        firstDay: 2,
        lastDay: 5,
        observationCount: 3,
        unusedCount: 1,
        missingCount: 1,
      },
      {
        symbol: "C",
        firstDay: 2,
        lastDay: 4,
        observationCount: 2,
        unusedCount: 0,
        missingCount: 1,
      },
    ]);
  });

  it("drops nothing when all histories are the same", () => {
    expect(alignPrices([series("A", [1, 2]), series("B", [1, 2])]).dropped).toEqual([]);
  });

  it("gives no days when histories do not meet", () => {
    const { days, prices } = alignPrices([series("A", [1]), series("B", [2])]);

    expect(days.length).toBe(0);
    expect(prices.rows).toBe(0);
  });

  it("keeps exactly the days that every series has", () => {
    const days = fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 1 });

    fc.assert(
      fc.property(fc.array(days, { minLength: 1, maxLength: 4 }), (all) => {
        const sorted = all.map((one) => [...one].sort((a, b) => a - b));
        const aligned = alignPrices(sorted.map((one, k) => series(`S${k}`, one)));
        const shared = sorted[0].filter((day) => sorted.every((one) => one.includes(day)));
        expect(Array.from(aligned.days)).toEqual(shared);
        expect(
          aligned.dropped.every(
            (loss) => loss.observationCount - loss.unusedCount === shared.length,
          ),
        ).toBe(true);
      }),
    );
  });

  it("rejects histories that make no sense", () => {
    const wrong: readonly (readonly PriceSeries[])[] = [
      [],
      [series("A", [])],
      [series("A", [2, 1])],
      [series("A", [1, 1])],
      [series("A", [1]), series("A", [1])],
      [{ symbol: "A", days: Int32Array.of(1), closes: Float64Array.of(1, 2) }],
    ];
    for (const histories of wrong) {
      expect(() => alignPrices(histories)).toThrow(ArgumentError);
    }
  });
});
