import { describe, expect, it } from "vitest";
import {
  chiSquaredProbability,
  chiSquaredQuantile,
  digammaOfHalf,
  logGammaOfHalf,
} from "./chi-squared.ts";

describe("chiSquaredProbability", () => {
  it("is the closed form for two and four degrees of freedom", () => {
    // By hand: 1 − e^(−x/2), and 1 − e^(−x/2) (1 + x/2).
    for (const x of [1e-9, 0.1, 1, 5, 30, 700]) {
      expect(chiSquaredProbability(x, 2)).toBeCloseTo(-Math.expm1(-x / 2), 14);
      expect(chiSquaredProbability(x, 4)).toBeCloseTo(1 - Math.exp(-x / 2) * (1 + x / 2), 14);
    }
  });

  it("goes from 0 to 1", () => {
    expect(chiSquaredProbability(0, 3)).toBe(0);
    expect(chiSquaredProbability(Number.POSITIVE_INFINITY, 3)).toBe(1);
  });
});

describe("chiSquaredQuantile", () => {
  it("agrees with published tables", () => {
    // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4.
    expect(chiSquaredQuantile(0.975, 1)).toBeCloseTo(5.024, 3);
    expect(chiSquaredQuantile(0.975, 10)).toBeCloseTo(20.483, 3);
    expect(chiSquaredQuantile(0.975, 100)).toBeCloseTo(129.561, 3);
  });

  it("is the inverse of the probability", () => {
    for (const degrees of [1, 2, 7, 500]) {
      for (const p of [0.01, 0.5, 0.975]) {
        expect(chiSquaredProbability(chiSquaredQuantile(p, degrees), degrees)).toBeCloseTo(p, 12);
      }
    }
    expect(chiSquaredQuantile(1, 5)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("logGammaOfHalf and digammaOfHalf", () => {
  it("are the known values", () => {
    // By hand: Γ(½) = √π, Γ(5/2) = ¾√π, Γ(4) = 6; ψ(1) = −γ, ψ(3/2) = 2 − γ − 2 ln 2.
    expect(Math.exp(logGammaOfHalf(1)) ** 2).toBeCloseTo(Math.PI, 14);
    expect(Math.exp(logGammaOfHalf(5))).toBeCloseTo(0.75 * Math.sqrt(Math.PI), 14);
    expect(Math.exp(logGammaOfHalf(8))).toBeCloseTo(6, 13);
    expect(digammaOfHalf(2)).toBeCloseTo(-0.577_215_664_901_533, 14);
    expect(digammaOfHalf(3)).toBeCloseTo(2 - 0.577_215_664_901_533 - 2 * Math.LN2, 14);
  });
});
