import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { logGamma } from "./gamma.ts";
import { studentLogDensity, studentProbability, studentQuantile } from "./student-t.ts";

describe("logGamma", () => {
  it("is the logarithm of factorials, and of √π at one half", () => {
    expect(logGamma(1)).toBeCloseTo(0, 14);
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 14);
    expect(logGamma(0.25)).toBeCloseTo(1.2880225246980774, 13);
  });
});

describe("Student's t", () => {
  // scipy.stats.t 1.17.1: cdf(x, df).
  it.each([
    [0.5, 3, 0.6742760175759245],
    [-2, 2.5, 0.07869574787898295],
    [-8, 4, 0.0006619484546085836],
    [1.5, 30, 0.927967035435677],
    [-40, 10, 1.1404288715428768e-12],
  ])("has the probability of scipy at %d, %d", (x, degrees, expected) => {
    expect(Math.abs(studentProbability(x, degrees) / expected - 1)).toBeLessThan(1e-10);
  });

  it("is Cauchy's distribution at one degree", () => {
    // By hand: ½ + arctan(x)/π.
    for (const x of [-5, -0.3, 0, 2]) {
      expect(studentProbability(x, 1)).toBeCloseTo(0.5 + Math.atan(x) / Math.PI, 14);
      expect(Math.exp(studentLogDensity(x, 1))).toBeCloseTo(1 / (Math.PI * (1 + x * x)), 14);
    }
  });

  it("has quantiles that its probabilities give back", () => {
    for (const degrees of [1, 2.1, 5, 40, 1e4]) {
      for (const p of [1e-12, 1e-4, 0.1, 0.4999, 0.7, 0.999]) {
        const q = studentQuantile(p, degrees);
        expect(Math.abs(studentProbability(q, degrees) / p - 1)).toBeLessThan(1e-11);
      }
    }
    expect(studentQuantile(0, 3)).toBe(Number.NEGATIVE_INFINITY);
    expect(studentQuantile(0.5, 3)).toBe(0);
    expect(() => studentQuantile(2, 3)).toThrow(ArgumentError);
    expect(() => studentQuantile(0.1, 0)).toThrow(ArgumentError);
  });
});
