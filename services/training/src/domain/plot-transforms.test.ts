import { longRunVariance } from "@portfolio/learning";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calibrationPlot } from "./calibration-plot.ts";
import type { Plot } from "./dashboard.ts";
import {
  cumulativeMean,
  cumulativeSum,
  lessOther,
  rollingMean,
  thinned,
} from "./plot-transforms.ts";

function plot(values: readonly number[], points = values.map((_, k) => k + 1)): Plot {
  return { unit: "day", points: Float64Array.from(points), values: Float64Array.from(values) };
}

describe("cumulativeMean", () => {
  it("has at each point the mean and the error of the values so far", () => {
    const series = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(series, fc.integer({ min: 0, max: 10 }), (values, lagCount) => {
        const { values: means, interval } = cumulativeMean(plot(values), lagCount);

        const scale = Math.max(1, ...values.map(Math.abs));
        for (let count = Math.max(2, lagCount + 1); count <= values.length; count++) {
          const own = Float64Array.from(values.slice(0, count));
          const mean = own.reduce((sum, value) => sum + value, 0) / count;
          const error = Math.sqrt(longRunVariance(own, lagCount) / count);
          expect(Math.abs((means[count - 1] ?? 0) - mean)).toBeLessThan(1e-12 * scale);
          const radius = (interval?.uppers[count - 1] ?? 0) - mean;
          // Errors near 0 lose half of their digits to the root.
          expect(Math.abs(radius - 1.959963984540054 * error)).toBeLessThan(1e-6 * scale);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("tells no interval before there are more values than lags", () => {
    const { values, interval } = cumulativeMean(plot([1, 3, 8]), 2);

    expect([...values]).toEqual([1, 2, 4]);
    expect([...(interval?.lowers ?? [])].slice(0, 2)).toEqual([1, 2]);
    expect(interval?.lowers[2]).toBeLessThan(4);
  });

  it("has no error where all values are the same, however large", () => {
    const { interval } = cumulativeMean(plot([1e150, 1e150, 1e150]), 1);

    expect([...(interval?.uppers ?? [])]).toEqual([1e150, 1e150, 1e150]);
  });
});

describe("other transforms", () => {
  it("sum up, and average the last values", () => {
    expect([...cumulativeSum(plot([1, 2, 3])).values]).toEqual([1, 3, 6]);
    expect([...rollingMean(plot([1, 3, 5, 7]), 2).values]).toEqual([1, 2, 4, 6]);
  });

  it("subtract another series on the points of both", () => {
    const { points, values } = lessOther(plot([1, 2, 3], [10, 11, 12]), plot([5, 1], [12, 10]));

    expect([...points]).toEqual([10, 12]);
    expect([...values]).toEqual([0, -2]);
  });

  it("keep the first and the last of few points", () => {
    const whole = cumulativeMean(plot(Array.from({ length: 1000 }, (_, k) => k)), 0);
    const { points, values, interval } = thinned(whole, 10);

    expect(points).toHaveLength(10);
    expect([points[0], points[9]]).toEqual([1, 1000]);
    expect(values[9]).toBe(499.5);
    expect(interval?.uppers).toHaveLength(10);
    expect(thinned(whole, 1000)).toBe(whole);
  });
});

describe("calibrationPlot", () => {
  it("averages tenths of the forecasts, whatever their order", () => {
    const values = Array.from({ length: 20 }, (_, k) => (k * 7) % 20);
    const replay = {
      ...{ symbols: ["A", "B"], dates: Array.from({ length: 11 }, () => "2020-01-01") },
      forecasts: { rows: 11, cols: 2, values: Float64Array.of(...values, Number.NaN, 3) },
      outcomes: {
        ...{ rows: 11, cols: 2 },
        values: Float64Array.of(...values.map((value) => 2 * value), 1, Number.NaN),
      },
    };

    const { points, values: means } = calibrationPlot(replay);

    // By hand: the k-th tenth holds 2k and 2k + 1.
    expect([...points]).toEqual(Array.from({ length: 10 }, (_, k) => 2 * k + 0.5));
    expect([...means]).toEqual(Array.from({ length: 10 }, (_, k) => 4 * k + 1));
  });

  it("leaves out tenths without forecasts", () => {
    const matrix = { rows: 1, cols: 1, values: Float64Array.of(1) };
    const replay = { symbols: ["A"], dates: ["2020-01-01"], forecasts: matrix, outcomes: matrix };

    expect([...calibrationPlot(replay).points]).toEqual([1]);
  });
});
