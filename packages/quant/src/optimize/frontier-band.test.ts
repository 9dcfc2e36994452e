import { describe, expect, it } from "vitest";
import { identity, largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { drawChiSquare, normalSource } from "../random/normal.ts";
import { randomSource } from "../random/xoshiro.ts";
import { traceFrontier } from "./critical-line/trace-frontier.ts";
import { frontierBand } from "./frontier-band.ts";
import { pointAtReturn } from "./frontier-point.ts";
import { estimateSource } from "./resample-estimates.ts";

const reference = readReference<{
  readonly expectedReturns: readonly number[];
  readonly covariance: readonly number[];
}>("frontier.json");

function frontierOf(expectedReturns: Float64Array, covariance: Matrix) {
  const n = expectedReturns.length;
  const result = traceFrontier({
    expectedReturns,
    covariance,
    constraints: {
      lower: new Float64Array(n),
      upper: new Float64Array(n).fill(1),
      budget: 1,
      rows: [],
    },
  });
  if (result.status !== "optimal") {
    throw new Error("infeasible");
  }
  return result.frontier;
}

const STOCKS = frontierOf(
  Float64Array.from(reference.expectedReturns),
  matrixOf(reference.covariance, 20),
);

const OPTIONS = {
  sample: { observationCount: 2520, observationsPerPeriod: 252 },
  drawCount: 60,
  seed: 7,
  levelCount: 5,
  quantiles: [0.05, 0.5, 0.95],
};

describe("random numbers", () => {
  it("have the moments of their distributions", () => {
    const count = 200_000;
    const uniform = randomSource(1);
    const normal = normalSource(uniform);
    const mean = (draw: () => number) => {
      let sum = 0;
      for (let k = 0; k < count; k++) {
        sum += draw();
      }
      return sum / count;
    };

    // Within five standard errors, by hand from the moments of each distribution.
    expect(Math.abs(mean(uniform) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(mean(normal))).toBeLessThan(5 * Math.sqrt(1 / count));
    expect(Math.abs(mean(() => normal() ** 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    expect(Math.abs(mean(() => normal() ** 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
    for (const degrees of [1, 2, 3, 10]) {
      const draw = () => drawChiSquare(degrees, uniform, normal);
      const error = 5 * Math.sqrt((2 * degrees) / count);
      expect(Math.abs(mean(draw) - degrees)).toBeLessThan(error);
      // The fourth moment about the mean is 12d(d + 4), the variance 2d.
      const spread = Math.sqrt((12 * degrees * (degrees + 4)) / count);
      expect(Math.abs(mean(() => (draw() - degrees) ** 2) - 2 * degrees)).toBeLessThan(5 * spread);
    }
  });
});

describe("estimateSource", () => {
  it("scatters around the true moments as a sample of that size does", () => {
    const covariance: Matrix = {
      rows: 2,
      cols: 2,
      values: Float64Array.of(0.04, 0.01, 0.01, 0.09),
    };
    const sample = { observationCount: 51, observationsPerPeriod: 1 };
    const draw = estimateSource(Float64Array.of(0.1, 0.2), covariance, sample, randomSource(3));
    const draws = Array.from({ length: 20_000 }, draw);
    const mean = (pick: (one: (typeof draws)[number]) => number) =>
      draws.reduce((sum, one) => sum + pick(one), 0) / draws.length;

    expect(mean((one) => one.expectedReturns[1])).toBeCloseTo(0.2, 3);
    // By hand: the variance of a mean is σ²/T, that of a variance 2σ⁴/(T − 1).
    expect(mean((one) => (one.expectedReturns[0] - 0.1) ** 2) / (0.04 / 51)).toBeCloseTo(1, 1);
    expect(mean((one) => one.covariance.values[1])).toBeCloseTo(0.01, 3);
    expect(mean((one) => one.covariance.values[3])).toBeCloseTo(0.09, 3);
    const variance = mean((one) => (one.covariance.values[3] - 0.09) ** 2);
    expect(variance / ((2 * 0.09 ** 2) / 50)).toBeCloseTo(1, 1);
  });

  it("keeps the rank of a singular covariance and of a short history", () => {
    const ones: Matrix = { rows: 3, cols: 3, values: new Float64Array(9).fill(0.04) };
    const sample = { observationCount: 10, observationsPerPeriod: 1 };
    const { covariance } = estimateSource(new Float64Array(3), ones, sample, randomSource(1))();
    expect(
      largestDifference(covariance.values, new Float64Array(9).fill(covariance.values[0])),
    ).toBeLessThan(1e-12);

    const short = { observationCount: 2, observationsPerPeriod: 1 };
    const [a, b, , , d] = estimateSource(new Float64Array(3), identity(3), short, randomSource(1))()
      .covariance.values;
    expect(a * d - b * b).toBeCloseTo(0, 12);
  });
});

describe("frontierBand", () => {
  it("orders its quantiles and keeps to the constraints", () => {
    const band = frontierBand(STOCKS, OPTIONS);

    expect(band.expectedReturns.length).toBeGreaterThan(2);
    const [low, middle, high] = band.volatilities;
    for (let k = 0; k < band.expectedReturns.length; k++) {
      expect(low[k]).toBeLessThan(middle[k]);
      expect(middle[k]).toBeLessThan(high[k]);
      const weights = band.meanWeights.values.subarray(20 * k, 20 * (k + 1));
      expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
    }
  });

  it("closes around the frontier as the history grows", () => {
    const sample = { observationCount: 1e12, observationsPerPeriod: 1 };
    const band = frontierBand(STOCKS, { ...OPTIONS, sample, drawCount: 10 });

    for (const [k, level] of band.expectedReturns.entries()) {
      const exact = pointAtReturn(STOCKS, level);
      expect(exact.status === "optimal" && exact.volatility).toBeCloseTo(
        band.volatilities[1][k],
        5,
      );
    }
  });

  it("is the same for the same seed only", () => {
    const band = frontierBand(STOCKS, OPTIONS);

    expect(frontierBand(STOCKS, OPTIONS)).toEqual(band);
    expect(frontierBand(STOCKS, { ...OPTIONS, seed: 8 })).not.toEqual(band);
  });

  it("is one level where the frontier is one portfolio", () => {
    const single = frontierOf(Float64Array.of(0.1), identity(1));

    expect(frontierBand(single, OPTIONS).expectedReturns).toEqual(Float64Array.of(0.1));
  });

  it("rejects counts and quantiles without a meaning", () => {
    for (const wrong of [
      { drawCount: 1 },
      { levelCount: 1.5 },
      { quantiles: [1.1] },
      { sample: { observationCount: 1, observationsPerPeriod: 1 } },
      { sample: { observationCount: 9, observationsPerPeriod: 0 } },
    ]) {
      expect(() => frontierBand(STOCKS, { ...OPTIONS, ...wrong })).toThrow(ArgumentError);
    }
  });
});
