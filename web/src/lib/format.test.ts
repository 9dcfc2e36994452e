// @vitest-environment node
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import {
  formatCount,
  formatDate,
  formatDuration,
  formatEditable,
  formatMoney,
  formatMoneyShort,
  formatPercent,
  formatPercentPoints,
  formatPrice,
  formatRatio,
  formatRatioChange,
  formatWeight,
  parseAmount,
  roundToSum,
  setFormatLocale,
} from "./format.ts";

afterEach(() => setFormatLocale("en-US"));

describe("formats", () => {
  it.each([
    [formatPercent(0.0583), "5.8%"],
    [formatPercent(-0.0583), "−5.8%"],
    [formatPercent(0.0042), "0.42%"],
    [formatPercent(0.00996), "1.0%"],
    [formatPercent(0), "0.0%"],
    [formatWeight(0.0042), "0.4%"],
    [formatWeight(-0.00001), "0.0%"],
    [formatPercentPoints(0.018), "+1.8\u00a0pp"],
    [formatPercentPoints(-0.059), "−5.9\u00a0pp"],
    [formatPercentPoints(0.0001), "0.0\u00a0pp"],
    [formatRatio(0.554), "0.55"],
    [formatRatioChange(0.11), "+0.11"],
    [formatCount(12345), "12,345"],
    [formatMoney(100_000, "USD"), "$100,000"],
    [formatMoney(-12.5, "USD"), "−$12.50"],
    [formatMoney(999.999, "USD"), "$1,000"],
    [formatMoneyShort(1_240_000, "USD"), "$1.24M"],
    [formatPrice(0.1234, "USD"), "$0.1234"],
    [formatPrice(125.674, "USD"), "$125.67"],
    [formatDate("2025-10-31"), "31 Oct 2025"],
    [formatDuration(999), "0 sec"],
    [formatDuration(59_999), "59 sec"],
    [formatDuration(185_000), "3 min"],
    [formatDuration(3_600_000), "1 hr"],
    [formatDuration(3_900_000), "1 hr 5 min"],
    [formatDuration(undefined), "–"],
  ])("writes %s", (written, expected) => {
    expect(written).toBe(expected);
  });

  it("shows an en dash where there is no number or date", () => {
    const written = [
      formatPercent(undefined),
      formatPercent(Number.NaN),
      formatPercentPoints(undefined),
      formatRatio(Number.POSITIVE_INFINITY),
      formatMoney(undefined, "USD"),
      formatDate("2025-13-40"),
      formatDate(undefined),
    ];

    expect(new Set(written)).toEqual(new Set(["–"]));
  });

  it("follows the chosen language", () => {
    setFormatLocale("de-DE");

    expect(formatPercent(-0.0583)).toBe("−5,8\u00a0%");
    expect(formatDate("2025-10-31")).toBe("31. Okt. 2025");
  });
});

describe("roundToSum", () => {
  it("gives the missing tenth to the weight that lost most", () => {
    // Rounded one by one, three thirds would sum to 99.9 %.
    expect(roundToSum([1 / 3, 1 / 3, 1 / 3], 1)).toEqual([0.334, 0.333, 0.333]);
  });

  it("keeps the sum with short positions too", () => {
    const rounded = roundToSum([1.2666, -0.1333, -0.1333], 1);

    // Cut downward to 126.6, −13.4 and −13.4 %, the short positions lost more: they are raised.
    expect(rounded).toEqual([1.266, -0.133, -0.133]);
  });

  it("sums to 100.0 % for any weights that sum to 1, each within a tenth of its own", () => {
    const parts = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 40,
    });

    fc.assert(
      fc.property(parts, (raw) => {
        const total = raw.reduce((a, b) => a + b, 0);
        const weights = raw.map((part) => part / total);

        const rounded = roundToSum(weights, 1);

        expect(Math.round(rounded.reduce((a, b) => a + b, 0) * 1e6)).toBe(1e6);
        rounded.forEach((value, i) => {
          expect(Math.abs(value - (weights[i] ?? 0))).toBeLessThanOrEqual(0.001 + 1e-12);
        });
      }),
    );
  });
});

describe("numbers that are typed", () => {
  it("are read as they are written, in English and in German", () => {
    expect(formatEditable(1234.5)).toBe("1234.5");
    expect(parseAmount("10,000.50")).toBe(10_000.5);
    setFormatLocale("de-DE");
    expect(formatEditable(1234.5)).toBe("1234,5");
    expect(parseAmount("10.000,50")).toBe(10_000.5);
    expect(parseAmount(formatCount(1_250_000))).toBe(1_250_000);
    expect(parseAmount("ten")).toBeNaN();
    expect(formatPercentPoints(0.018)).toBe("+1,8\u00a0PP");
  });
});
