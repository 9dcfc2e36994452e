// @vitest-environment node
import { describe, expect, it } from "vitest";
import { sampleEqualWeight, sampleModel } from "../../../test/fixtures/frontier-model.ts";
import { randomPortfolios } from "./cloud.ts";
import { portfolioAt, positionOfReturn } from "./frontier.ts";

const n = sampleModel.symbols.length;
const sampleBounds = { min: new Float64Array(n), max: new Float64Array(n).fill(0.3) };

// With these two assets the return is the second one's weight, so it shows the bounds.
const twoAssets = {
  expectedReturns: Float64Array.of(0, 1),
  covariance: Float64Array.of(0.01, 0, 0, 0.04),
  riskFreeRate: 0,
};

describe("randomPortfolios", () => {
  it("draws no portfolio that beats the frontier of the same bounds", () => {
    const cloud = randomPortfolios(sampleModel, { count: 2000, seed: 1, bounds: sampleBounds });

    for (let k = 0; k < cloud.volatilities.length; k += 1) {
      const at = positionOfReturn(sampleModel, cloud.expectedReturns[k] ?? 0);
      expect(cloud.volatilities[k]).toBeGreaterThan(
        portfolioAt(sampleModel, at).volatility - 1e-12,
      );
    }
  });

  it("keeps the bounds of each asset and reaches near both ends", () => {
    const bounds = { min: [0.1, 0.2], max: [0.7, 0.9] };

    const { expectedReturns } = randomPortfolios(twoAssets, { count: 500, seed: 2, bounds });

    // The first asset's limits leave the second 0.3 to 0.9.
    expect(Math.min(...expectedReturns)).toBeGreaterThanOrEqual(0.3 - 1e-12);
    expect(Math.min(...expectedReturns)).toBeLessThan(0.32);
    expect(Math.max(...expectedReturns)).toBeLessThanOrEqual(0.9 + 1e-12);
    expect(Math.max(...expectedReturns)).toBeGreaterThan(0.88);
  });

  it("gives the one portfolio that fixed weights allow", () => {
    const equal = new Float64Array(n).fill(1 / n);

    const cloud = randomPortfolios(sampleModel, {
      count: 3,
      seed: 3,
      bounds: { min: equal, max: equal },
    });

    expect(cloud.volatilities[2]).toBeCloseTo(sampleEqualWeight.volatility, 12);
    expect(cloud.expectedReturns[2]).toBeCloseTo(sampleEqualWeight.expectedReturn, 12);
  });

  it("repeats itself for the same seed and differs for another", () => {
    const draw = (seed: number) => randomPortfolios(sampleModel, { count: 50, seed });

    expect(draw(4)).toEqual(draw(4));
    expect(draw(5)).not.toEqual(draw(4));
  });

  it("measures the Sharpe ratio over the risk-free rate", () => {
    const model = { ...twoAssets, riskFreeRate: 0.5 };
    const only = { min: [0, 1], max: [1, 1] };

    const { sharpes } = randomPortfolios(model, { count: 1, seed: 6, bounds: only });

    // All in the second asset: (1 − 0.5) / 0.2.
    expect(sharpes[0]).toBeCloseTo(2.5, 12);
  });

  it("is empty when no portfolio keeps the bounds", () => {
    const draw = (min: number[], max: number[]) =>
      randomPortfolios(twoAssets, { count: 10, seed: 7, bounds: { min, max } }).sharpes.length;

    expect(draw([0.6, 0.6], [1, 1])).toBe(0);
    expect(draw([0, 0], [0.4, 0.5])).toBe(0);
    expect(draw([0.5, 0], [0.4, 1])).toBe(0);
  });
});
