import { describe, expect, it } from "vitest";
import { readReference } from "../../test/reference.ts";
import { sampleReturns, takeColumns } from "../../test/sample-returns.ts";
import { ArgumentError } from "../errors.ts";
import { multiplyVector } from "../linalg/matrix.ts";
import { lMoments } from "./l-moments.ts";

// SciPy: see make_moments.py.
const { higher } = readReference<{
  higher: { weights: readonly number[]; lMoments: readonly number[] };
}>("moments.json");

describe("lMoments", () => {
  it("agree with SciPy", () => {
    const weights = Float64Array.from(higher.weights);
    const portfolio = multiplyVector(takeColumns(sampleReturns(250), 0, weights.length), weights);

    const { first, second, third, fourth } = lMoments(portfolio);

    for (const [k, value] of [first, second, third, fourth].entries()) {
      expect(value).toBeCloseTo(higher.lMoments[k] ?? Number.NaN, 15);
    }
  });

  it("are those of four numbers by hand", () => {
    // By hand: the mean; half the mean difference of the six pairs; a third of the mean of
    // x₃ − 2x₂ + x₁ over the triples 123, 1 2 10, 1 3 10, 2 3 10; a fourth of 10 − 9 + 6 − 1.
    const moments = lMoments(Float64Array.of(10, 1, 3, 2));

    expect(moments.first).toBeCloseTo(4, 14);
    expect(moments.second).toBeCloseTo(28 / 12, 14);
    expect(moments.third).toBeCloseTo((0 + 7 + 5 + 6) / 12, 14);
    expect(moments.fourth).toBeCloseTo(6 / 4, 14);
    expect(moments.skewness).toBeCloseTo(18 / 28, 14);
    expect(moments.kurtosis).toBeCloseTo(18 / 28, 14);
  });

  it("have no shape where nothing varies", () => {
    for (const value of [0, 0.1, 1e150, 1e-150]) {
      const moments = lMoments(new Float64Array(7).fill(value));
      expect(moments).toEqual({
        first: value,
        second: 0,
        third: 0,
        fourth: 0,
        skewness: undefined,
        kurtosis: undefined,
      });
    }
  });

  it.each([1e-150, 1e150])("scale with the values by %d", (scale) => {
    const values = Float64Array.of(0.3, -1, 2, 0.7, -0.2, 5);
    const moments = lMoments(values);
    const scaled = lMoments(values.map((value) => value * scale));

    expect(scaled.second / scale).toBeCloseTo(moments.second, 12);
    expect(scaled.skewness).toBeCloseTo(moments.skewness ?? Number.NaN, 12);
    expect(scaled.kurtosis).toBeCloseTo(moments.kurtosis ?? Number.NaN, 12);
  });

  it("refuse too few values, and what is no number", () => {
    expect(() => lMoments(Float64Array.of(1, 2, 3))).toThrow(ArgumentError);
    expect(() => lMoments(Float64Array.of(1, 2, 3, Number.NaN))).toThrow(ArgumentError);
    expect(() => lMoments(Float64Array.of(1, 2, 3, 1e301))).toThrow(ArgumentError);
  });
});
