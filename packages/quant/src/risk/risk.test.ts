import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { maximumDrawdown } from "./maximum-drawdown.ts";
import { riskContributions } from "./risk-contributions.ts";

describe("riskContributions", () => {
  it("splits the volatility of two uncorrelated assets by variance", () => {
    // By hand: σ² = ¼·0.04 + ¼·0.01 = 0.0125, and the shares are 4 : 1.
    const covariance = matrixFromRows([
      [0.04, 0],
      [0, 0.01],
    ]);

    const { volatility, contributions } = riskContributions(Float64Array.of(0.5, 0.5), covariance);

    expect(volatility).toBeCloseTo(Math.sqrt(0.0125), 12);
    expect(contributions[0]).toBeCloseTo(0.8 * volatility, 12);
    expect(contributions[1]).toBeCloseTo(0.2 * volatility, 12);
  });

  it("gives a hedge a negative contribution", () => {
    const covariance = matrixFromRows([
      [0.04, -0.03],
      [-0.03, 0.04],
    ]);

    expect(riskContributions(Float64Array.of(0.9, 0.1), covariance).contributions[1]).toBeLessThan(
      0,
    );
  });

  it("is all zero for an empty position", () => {
    expect(riskContributions(Float64Array.of(0), matrixFromRows([[0.04]]))).toEqual({
      volatility: 0,
      contributions: Float64Array.of(0),
    });
  });

  it("sums to the volatility for any portfolio", () => {
    const deviation = fc.double({ min: 0.01, max: 1, noNaN: true });
    const weight = fc.double({ min: -1, max: 1, noNaN: true });
    const correlation = fc.double({ min: -1, max: 1, noNaN: true });

    fc.assert(
      fc.property(deviation, deviation, correlation, weight, (s1, s2, rho, w) => {
        const cross = rho * s1 * s2;
        const covariance = matrixFromRows([
          [s1 * s1, cross],
          [cross, s2 * s2],
        ]);

        const { volatility, contributions } = riskContributions(
          Float64Array.of(w, 1 - w),
          covariance,
        );

        expect(contributions[0] + contributions[1]).toBeCloseTo(volatility, 9);
      }),
    );
  });

  it("rejects a covariance that is not square", () => {
    expect(() => riskContributions(Float64Array.of(1, 0), matrixFromRows([[0.04, 0]]))).toThrow(
      ArgumentError,
    );
  });
});

describe("maximumDrawdown", () => {
  it("finds peak, trough and recovery", () => {
    // By hand: 120 → 90 is a quarter; 100 → 80 earlier is a fifth.
    const drawdown = maximumDrawdown(Float64Array.of(100, 80, 120, 100, 90, 110, 120, 130));

    expect(drawdown).toEqual({ depth: 0.25, peakIndex: 2, troughIndex: 4, recoveryIndex: 6 });
  });

  it("has no recovery while below the peak", () => {
    expect(maximumDrawdown(Float64Array.of(4, 1, 3)).recoveryIndex).toBeUndefined();
  });

  it("is zero for a curve that never falls, and one after a total loss", () => {
    expect(maximumDrawdown(Float64Array.of(1, 1, 2))).toEqual({
      depth: 0,
      peakIndex: 0,
      troughIndex: 0,
      recoveryIndex: 0,
    });
    expect(maximumDrawdown(Float64Array.of(1, 0)).depth).toBe(1);
  });

  it("is the deepest fall between any two times", () => {
    const value = fc.double({ min: 0.1, max: 10, noNaN: true });

    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (curve) => {
        let deepest = 0;
        for (const [t, later] of curve.entries()) {
          for (const earlier of curve.slice(0, t)) {
            deepest = Math.max(deepest, 1 - later / earlier);
          }
        }
        expect(maximumDrawdown(Float64Array.from(curve)).depth).toBe(deepest);
      }),
    );
  });

  it("rejects curves that are not growth", () => {
    for (const curve of [[], [0, 1], [1, -1], [1, Number.NaN]]) {
      expect(() => maximumDrawdown(Float64Array.from(curve))).toThrow(ArgumentError);
    }
  });
});
