import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import { lowerTriangle, sampleReturns } from "../../test/sample-returns.ts";
import { ArgumentError } from "../errors.ts";
import { sampleCovariance } from "./sample-covariance.ts";
import { type Thresholding, thresholdedComponentsCovariance } from "./thresholded-components.ts";

// pyqlib: see make_moments.py.
const { poet } = readReference<{
  poet: readonly {
    readonly factors: number;
    readonly thresholding: Thresholding;
    readonly constant: number;
    readonly covariance: readonly number[];
  }[];
}>("moments.json");
const returns = sampleReturns(250);

describe("thresholdedComponentsCovariance", () => {
  it.each(poet)("agrees with qlib on $factors factors, $thresholding", (one) => {
    const { factors: factorCount, thresholding, constant } = one;
    const found = thresholdedComponentsCovariance(returns, { factorCount, thresholding, constant });

    expect(largestDifference(lowerTriangle(found), one.covariance)).toBeLessThan(1e-15);
  });

  it("is the covariance itself without a threshold, and diagonal beyond all correlations", () => {
    const settings = { factorCount: 0, thresholding: "hard" } as const;
    const none = thresholdedComponentsCovariance(returns, { ...settings, constant: 0 });
    const all = thresholdedComponentsCovariance(returns, { ...settings, constant: 100 });
    const sample = sampleCovariance(returns).values.map((entry) => (entry * 249) / 250);

    expect(largestDifference(none.values, sample)).toBeLessThan(1e-18);
    for (const [k, entry] of all.values.entries()) {
      const isVariance = Math.floor(k / all.cols) === k % all.cols;
      expect(entry).toBeCloseTo(isVariance ? Number(sample[k]) : 0, 18);
    }
  });

  it("refuses settings that are out of range", () => {
    const settings = { factorCount: 1, thresholding: "soft", constant: 1 } as const;
    for (const wrong of [{ factorCount: 21 }, { constant: -1 }, { constant: Number.NaN }]) {
      expect(() => thresholdedComponentsCovariance(returns, { ...settings, ...wrong })).toThrow(
        ArgumentError,
      );
    }
  });
});
