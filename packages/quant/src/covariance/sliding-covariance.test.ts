import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { uniformSource } from "../random/splitmix.ts";
import { sampleCovariance } from "./sample-covariance.ts";
import { SlidingCovariance } from "./sliding-covariance.ts";

const ASSET_COUNT = 7;

function history(rows: number, change: (t: number, i: number, value: number) => number): Matrix {
  const uniform = uniformSource(4);
  const values = Float64Array.from({ length: rows * ASSET_COUNT }, (_, k) =>
    change(Math.floor(k / ASSET_COUNT), k % ASSET_COUNT, 0.03 * (uniform() - 0.48)),
  );
  return { rows, cols: ASSET_COUNT, values };
}

function windowOf({ cols, values }: Matrix, start: number, end: number): Matrix {
  return { rows: end - start, cols, values: values.subarray(start * cols, end * cols) };
}

/** Largest difference of two covariances, relative to √(Σᵢᵢ Σⱼⱼ). */
function worstError(found: Matrix, expected: Matrix): number {
  const n = expected.cols;
  const deviations = Array.from({ length: n }, (_, i) => Math.sqrt(expected.values[i * (n + 1)]));
  return expected.values.reduce((worst, value, k) => {
    const scale = deviations[Math.floor(k / n)] * deviations[k % n];
    const error = Math.abs(found.values[k] - value);
    return Math.max(worst, error === 0 ? 0 : error / scale);
  }, 0);
}

const HISTORIES = {
  "returns of one size": history(900, (_, __, value) => value),
  "returns a million times as large for ten days": history(900, (t, i, value) =>
    i === 2 && t >= 200 && t < 210 ? 1e6 * value : value,
  ),
  "a mean that jumps far": history(900, (t, i, value) => (i === 3 && t >= 300 ? 5 : 0) + value),
  "an asset whose price stands still for a while": history(900, (t, i, value) =>
    i === 5 && t < 500 ? 0 : value,
  ),
  "huge returns": history(900, (_, __, value) => 1e20 * value),
  "tiny returns": history(900, (_, __, value) => 1e-20 * value),
};

describe("SlidingCovariance", () => {
  it.each(Object.entries(HISTORIES))("agrees with each window by itself: %s", (_, returns) => {
    const sliding = new SlidingCovariance(returns);
    for (let start = 0; start + 126 <= returns.rows; start += 9) {
      const window = windowOf(returns, start, start + 126);

      const { means, covariance } = sliding.over(start, start + 126);

      const expected = sampleCovariance(window);
      expect(worstError(covariance, expected)).toBeLessThan(1e-13);
      historicalMean(window).forEach((mean, i) => {
        const scale = Math.abs(mean) + Math.sqrt(expected.values[i * (ASSET_COUNT + 1)]);
        expect(Math.abs(means[i] - mean)).toBeLessThanOrEqual(1e-14 * scale);
      });
    }
  });

  it("gives a symmetric matrix, to the bit", () => {
    const sliding = new SlidingCovariance(HISTORIES["returns of one size"]);
    sliding.over(0, 100);

    const { covariance } = sliding.over(5, 105);

    for (let k = 0; k < covariance.values.length; k++) {
      const mirrored = (k % ASSET_COUNT) * ASSET_COUNT + Math.floor(k / ASSET_COUNT);
      expect(covariance.values[k]).toBe(covariance.values[mirrored]);
    }
  });

  it("takes windows that grow, repeat, go back or do not meet", () => {
    const returns = HISTORIES["returns of one size"];
    const sliding = new SlidingCovariance(returns);
    for (const [start, end] of [
      [100, 200],
      [100, 220],
      [100, 220],
      [130, 220],
      [90, 220],
      [400, 500],
      [499, 501],
      [0, 900],
    ]) {
      const { covariance } = sliding.over(start, end);

      const expected = sampleCovariance(windowOf(returns, start, end));
      expect(worstError(covariance, expected)).toBeLessThan(1e-13);
    }
  });

  it("gives the same bits whatever was asked before", () => {
    const returns = HISTORIES["returns of one size"];
    const sliding = new SlidingCovariance(returns);
    const windows: [number, number][] = [];
    for (let start = 0; start + 250 <= returns.rows; start += 13) {
      windows.push([start, start + 250], [0, start + 250]);
    }
    const onward = windows.map(([start, end]) => sliding.over(start, end));

    for (const [k, [start, end]] of windows.entries()) {
      expect(new SlidingCovariance(returns).over(start, end)).toEqual(onward[k]);
    }
  });

  it("leaves earlier answers as they were", () => {
    const sliding = new SlidingCovariance(HISTORIES["returns of one size"]);
    const { covariance } = sliding.over(0, 100);
    const before = covariance.values.slice();

    sliding.over(5, 105);

    expect(covariance.values).toEqual(before);
  });

  it.each([
    [-1, 10],
    [0, 901],
    [4, 5],
    [0.5, 10],
    [Number.NaN, 10],
  ])("refuses rows %f to %f", (start, end) => {
    const sliding = new SlidingCovariance(HISTORIES["returns of one size"]);

    expect(() => sliding.over(start, end)).toThrow(ArgumentError);
  });

  it("refuses a history with a missing return", () => {
    const returns = history(10, (t, i, value) => (t === 3 && i === 1 ? Number.NaN : value));

    expect(() => new SlidingCovariance(returns)).toThrow(ArgumentError);
  });
});
