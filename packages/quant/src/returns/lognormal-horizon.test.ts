import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import { lowerTriangle, sampleReturns } from "../../test/sample-returns.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { ArgumentError } from "../errors.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { lognormalHorizon } from "./lognormal-horizon.ts";

// skfolio: see make_moments.py.
const { horizon } = readReference<{
  horizon: readonly {
    readonly days: number;
    readonly means: readonly number[];
    readonly covariance: readonly number[];
  }[];
}>("moments.json");
const simple = sampleReturns(250);
const logs = { ...simple, values: simple.values.map(Math.log1p) };
const means = historicalMean(logs);
const covariance = sampleCovariance(logs);

describe("lognormalHorizon", () => {
  it.each(horizon)("agrees with skfolio over $days days", (one) => {
    const found = lognormalHorizon(means, covariance, one.days);

    expect(largestDifference(found.means, one.means)).toBeLessThan(1e-12);
    expect(largestDifference(lowerTriangle(found.covariance), one.covariance)).toBeLessThan(1e-12);
  });

  it("nears the moments of simple returns as the horizon shrinks", () => {
    const { means: short } = lognormalHorizon(means, covariance, 1e-9);
    for (const [i, mean] of short.entries()) {
      const variance = Number(covariance.values[i * 20 + i]);
      expect(mean / 1e-9).toBeCloseTo(Number(means[i]) + variance / 2, 9);
    }
  });

  it("refuses a horizon that says nothing, and shapes that differ", () => {
    expect(() => lognormalHorizon(means, covariance, 0)).toThrow(ArgumentError);
    expect(() => lognormalHorizon(means, covariance, Number.POSITIVE_INFINITY)).toThrow(
      ArgumentError,
    );
    expect(() => lognormalHorizon(means, covariance, 1e7)).toThrow(/shorter horizon/);
    expect(() => lognormalHorizon(means.subarray(1), covariance, 5)).toThrow(ArgumentError);
  });
});
