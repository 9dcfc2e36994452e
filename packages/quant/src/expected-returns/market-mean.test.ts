import { describe, expect, it } from "vitest";
import { identity, largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { bodnarOkhrinParolyaMean } from "./bodnar-okhrin-parolya.ts";
import { capitalAssetPricingMean } from "./capital-asset-pricing.ts";
import { compoundMean } from "./compound-mean.ts";

// PyPortfolioOpt and skfolio on real prices: see make_views.py.
const { market, expectedReturns } = readReference<{
  readonly market: readonly number[];
  readonly expectedReturns: {
    readonly bodnarOkhrinParolya: {
      readonly means: readonly number[];
      readonly historicalWeight: number;
      readonly targetWeight: number;
    };
    readonly compound: readonly number[];
    readonly capitalAssetPricing: readonly number[];
  };
}>("views.json");
const { fewAssets } = readReference<{
  readonly fewAssets: { readonly returns: readonly number[] };
}>("shrinkage.json");
const RETURNS = matrixOf(fewAssets.returns, 5);
const MARKET = Float64Array.from(market);

describe("compoundMean", () => {
  it("agrees with PyPortfolioOpt", () => {
    expect(largestDifference(compoundMean(RETURNS), expectedReturns.compound)).toBeLessThan(1e-16);
  });

  it("is the root of the growth, and −1 after a total loss", () => {
    // By hand: 1.5 · 1.5 · 0.5 · 0.5 = 0.5625 = (√0.75)⁴.
    const returns = matrixFromRows([
      [0.5, 0.5],
      [0.5, 3],
      [-0.5, -1],
      [-0.5, 0],
    ]);

    const means = compoundMean(returns);

    expect(means[0]).toBeCloseTo(Math.sqrt(0.75) - 1, 15);
    expect(means[1]).toBe(-1);
  });

  it("needs rows, and returns of at least −1", () => {
    expect(() => compoundMean(matrixFromRows([]))).toThrow(ArgumentError);
    expect(() => compoundMean(matrixFromRows([[-1.01]]))).toThrow(ArgumentError);
    expect(() => compoundMean(matrixFromRows([[Number.NaN]]))).toThrow(ArgumentError);
  });
});

describe("bodnarOkhrinParolyaMean", () => {
  it("agrees with skfolio", () => {
    const { means, historicalWeight, targetWeight } = expectedReturns.bodnarOkhrinParolya;

    const combined = bodnarOkhrinParolyaMean(RETURNS, sampleCovariance(RETURNS));

    expect(combined?.historicalWeight).toBeCloseTo(historicalWeight, 12);
    expect(combined?.targetWeight).toBeCloseTo(targetWeight, 12);
    expect(largestDifference(combined?.means ?? [], means)).toBeLessThan(1e-15);
  });

  it("leaves equal means, and means around 0, as they are", () => {
    const equal = matrixFromRows([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
    const around = matrixFromRows([
      [1, -1],
      [0, 0],
      [0, 0],
    ]);

    for (const returns of [equal, around]) {
      expect(bodnarOkhrinParolyaMean(returns, identity(2))).toMatchObject({ historicalWeight: 1 });
    }
  });

  it("is nothing without an inverse, and needs more rows than assets", () => {
    const singular = matrixFromRows([
      [1, 1],
      [1, 1],
    ]);
    const returns = matrixFromRows([
      [1, 2],
      [0, 1],
      [3, 1],
    ]);

    expect(bodnarOkhrinParolyaMean(returns, singular)).toBeUndefined();
    expect(() => bodnarOkhrinParolyaMean(identity(2), identity(2))).toThrow(ArgumentError);
    expect(() => bodnarOkhrinParolyaMean(returns, identity(3))).toThrow(ArgumentError);
  });
});

describe("capitalAssetPricingMean", () => {
  it("agrees with PyPortfolioOpt", () => {
    const marketMean = MARKET.reduce((sum, value) => sum + value, 0) / MARKET.length;
    const joined = matrixFromRows(
      Array.from(MARKET, (value, t) => [...RETURNS.values.subarray(t * 5, t * 5 + 5), value]),
    );
    const weights = Float64Array.of(0, 0, 0, 0, 0, 1);

    const model = capitalAssetPricingMean(sampleCovariance(joined), weights, marketMean, 1e-4);

    const means = model?.means.subarray(0, 5) ?? [];
    expect(largestDifference(means, expectedReturns.capitalAssetPricing)).toBeLessThan(1e-16);
  });

  it("gives the market its own return, and a riskless asset the rate", () => {
    // By hand: Σw = (0.5, 1, 0), w'Σw = 0.75, β = (2/3, 4/3, 0).
    const covariance = matrixFromRows([
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 0],
    ]);
    const weights = Float64Array.of(0.5, 0.5, 0);

    const model = capitalAssetPricingMean(covariance, weights, 0.05, 0.02);

    expect(largestDifference(model?.betas ?? [], [2 / 3, 4 / 3, 0])).toBeLessThan(1e-15);
    expect(largestDifference(model?.means ?? [], [0.04, 0.06, 0.02])).toBeLessThan(1e-15);
  });

  it("needs a market that moves, of its assets", () => {
    const still = matrixFromRows([[0]]);

    expect(capitalAssetPricingMean(still, Float64Array.of(1), 0, 0)).toBeUndefined();
    expect(() => capitalAssetPricingMean(identity(2), Float64Array.of(1), 0, 0)).toThrow(
      ArgumentError,
    );
    expect(() => capitalAssetPricingMean(identity(1), Float64Array.of(1), Number.NaN, 0)).toThrow(
      ArgumentError,
    );
  });
});
