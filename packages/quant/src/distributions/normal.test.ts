import { describe, expect, it } from "vitest";
import { readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { normalDensity, normalProbability, normalQuantile } from "./normal.ts";

const reference = readReference<{
  normal: { points: number[]; probabilities: number[]; levels: number[]; quantiles: number[] };
}>("performance.json").normal;

describe("normalProbability", () => {
  it("agrees with SciPy in the center and in both tails", () => {
    for (const [k, x] of reference.points.entries()) {
      const expected = reference.probabilities[k] ?? Number.NaN;
      expect(Math.abs(normalProbability(x) / expected - 1), `at ${x}`).toBeLessThan(1e-12);
    }
  });

  it("ends at 0 and 1", () => {
    expect(normalProbability(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(normalProbability(Number.POSITIVE_INFINITY)).toBe(1);
    expect(normalProbability(0)).toBe(0.5);
  });
});

describe("normalQuantile", () => {
  it("agrees with SciPy", () => {
    for (const [k, level] of reference.levels.entries()) {
      const expected = reference.quantiles[k] ?? Number.NaN;
      expect(Math.abs(normalQuantile(level) - expected), `at ${level}`).toBeLessThan(
        1e-14 * Math.max(1, Math.abs(expected)),
      );
    }
  });

  it("undoes the probability", () => {
    for (let x = -7; x <= 5; x += 0.37) {
      expect(normalQuantile(normalProbability(x))).toBeCloseTo(x, 9);
    }
  });

  it("is infinite at the ends and refuses what is no probability", () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(() => normalQuantile(1.1)).toThrow(ArgumentError);
    expect(() => normalQuantile(Number.NaN)).toThrow(ArgumentError);
  });
});

describe("normalDensity", () => {
  it("is the slope of the probability", () => {
    const step = 1e-5;

    const slope = (normalProbability(0.7 + step) - normalProbability(0.7 - step)) / (2 * step);

    expect(normalDensity(0.7)).toBeCloseTo(slope, 9);
  });
});
