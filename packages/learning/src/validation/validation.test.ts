import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import { compareForecasts } from "./diebold-mariano.ts";
import { calibrationLine, quasiLikelihoodLosses, rSquaredOutOfSample } from "./forecast-errors.ts";
import { informationCoefficients, summarizeCoefficients } from "./information-coefficient.ts";
import { longRunVariance } from "./long-run-variance.ts";
import { uniquenessWeights } from "./uniqueness-weights.ts";

const reference = readReference<{
  readonly dates: readonly number[];
  readonly forecasts: readonly number[];
  readonly targets: readonly number[];
  readonly linear: readonly number[];
  readonly rank: readonly number[];
  readonly series: readonly number[];
  readonly neweyWest: { readonly lags: number; readonly t: number };
  readonly dieboldMariano: readonly { horizon: number; t: number; pValue: number }[];
}>("statistics.json");
const forecasts = Float64Array.from(reference.forecasts);
const targets = Float64Array.from(reference.targets);
const dates = Int32Array.from(reference.dates);
const series = Float64Array.from(reference.series);

describe("informationCoefficients", () => {
  it("are the correlations of scipy, with ties", () => {
    const { linear, rank, skippedCount } = informationCoefficients(forecasts, targets, dates);

    expect(largestDifference(linear, reference.linear)).toBeLessThan(1e-12);
    expect(largestDifference(rank, reference.rank)).toBeLessThan(1e-12);
    expect(skippedCount).toBe(0);
  });

  it("leave out dates of one asset, of equal forecasts, of equal targets", () => {
    const found = informationCoefficients(
      Float64Array.of(1, 2, 2, 1, 2, 1, 2),
      Float64Array.of(1, 3, 4, 5, 5, 1, 2),
      Int32Array.of(1, 2, 2, 3, 3, 4, 4),
    );

    expect(largestDifference(found.linear, [1])).toBeLessThan(1e-15);
    expect(largestDifference(found.rank, [1])).toBeLessThan(1e-15);
    expect(found.skippedCount).toBe(3);
  });

  it("keep within ±1 of numbers of any size", () => {
    for (const size of [1e-150, 1e150]) {
      const { linear } = informationCoefficients(
        forecasts.map((x) => x * size),
        targets,
        dates,
      );
      expect(linear.every((ic) => Math.abs(ic) <= 1)).toBe(true);
    }
  });

  it("refuse lengths that differ", () => {
    expect(() => informationCoefficients(forecasts, targets, dates.subarray(1))).toThrow(
      "103 dates for 104 targets",
    );
  });
});

describe("summarizeCoefficients", () => {
  it("has the Newey–West t of statsmodels", () => {
    const { lags, t } = reference.neweyWest;

    expect(summarizeCoefficients(series, lags).t).toBeCloseTo(t, 10);
  });

  it("has mean, deviation and ratio", () => {
    // By hand: mean 2, deviation 1.
    expect(summarizeCoefficients(Float64Array.of(1, 2, 3), 0)).toMatchObject({
      mean: 2,
      deviation: 1,
      ratio: 2,
    });
    expect(summarizeCoefficients(Float64Array.of(0.1, 0.1), 0)).toMatchObject({ ratio: 0, t: 0 });
    expect(() => longRunVariance(Float64Array.of(1, 2), 2)).toThrow("2 lags of a series of 2");
  });
});

describe("compareForecasts", () => {
  it("is the test of Diebold and Mariano with the correction of Harvey et al.", () => {
    for (const { horizon, t, pValue } of reference.dieboldMariano) {
      const found = compareForecasts(series, horizon);

      expect(found.t).toBeCloseTo(t, 10);
      expect(found.pValue).toBeCloseTo(pValue, 10);
    }
  });

  it("has an answer for alternating, equal and constant losses", () => {
    const alternating = Float64Array.from({ length: 40 }, (_, t) => (t % 2 === 0 ? 1 : -0.9));

    expect(Number.isFinite(compareForecasts(alternating, 2).t)).toBe(true);
    expect(compareForecasts(new Float64Array(10), 1)).toMatchObject({ t: 0, pValue: 1 });
    expect(compareForecasts(new Float64Array(10).fill(-1), 1)).toMatchObject({ pValue: 0 });
    expect(() => compareForecasts(series, 40)).toThrow("80 differences for a horizon of 40");
  });
});

describe("quasiLikelihoodLosses", () => {
  it("is 0 for the realized variance and not negative elsewhere", () => {
    // By hand: x = 2 gives 2 − ln 2 − 1, x = ½ gives ½ + ln 2 − 1.
    const losses = quasiLikelihoodLosses(Float64Array.of(1, 2, 1), Float64Array.of(1, 1, 2));

    expect(largestDifference(losses, [0, 1 - Math.LN2, Math.LN2 - 0.5])).toBeLessThan(1e-15);
    expect(() => quasiLikelihoodLosses(Float64Array.of(0), Float64Array.of(1))).toThrow(
      "variance 0 and its forecast 1 at 0",
    );
  });
});

describe("rSquaredOutOfSample", () => {
  it("is the share of squares that is explained", () => {
    // By hand: errors 1 + 1 of 1 + 9; against the benchmark 2 of 1 + 1.
    const [f, y] = [Float64Array.of(2, 2), Float64Array.of(1, 3)];

    expect(rSquaredOutOfSample(f, y)).toBeCloseTo(0.8, 15);
    expect(rSquaredOutOfSample(f, y, Float64Array.of(2, 2))).toBe(0);
    expect(rSquaredOutOfSample(f, Float64Array.of(0, 0))).toBe(0);
  });
});

describe("calibrationLine", () => {
  it("finds forecasts that are too bold", () => {
    // By hand: targets are 1 + f/2.
    const line = calibrationLine(Float64Array.of(0, 2, 4), Float64Array.of(1, 2, 3));

    expect(line).toEqual({ intercept: 1, slope: 0.5 });
    expect(calibrationLine(Float64Array.of(1, 1), Float64Array.of(1, 2))).toEqual({
      intercept: 1.5,
      slope: 0,
    });
  });
});

describe("uniquenessWeights", () => {
  it("is the mean of the shares of the days of a label", () => {
    // By hand: days 0 … 4 have 1, 2, 2, 1, 1 labels.
    const weights = uniquenessWeights(Int32Array.of(0, 1, 4), Int32Array.of(2, 3, 4));

    expect(largestDifference(weights, [2 / 3, 2 / 3, 1])).toBeLessThan(1e-15);
  });

  it("is 1/h for labels of h days made every day, but at the ends", () => {
    const starts = Int32Array.from({ length: 50 }, (_, t) => t);
    const weights = uniquenessWeights(
      starts,
      starts.map((t) => t + 4),
    );

    expect(weights[25]).toBeCloseTo(0.2, 14);
    expect(weights[0]).toBeGreaterThan(0.4);
    expect(() => uniquenessWeights(Int32Array.of(2), Int32Array.of(1))).toThrow(
      "label 0 is of days 2 to 1",
    );
  });
});
