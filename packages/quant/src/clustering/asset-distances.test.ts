import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { sampleReturns } from "../../test/sample-returns.ts";
import { ArgumentError } from "../errors.ts";
import { type AssetDistance, assetDistances } from "./asset-distances.ts";

const { distances } = readReference<{
  readonly distances: Readonly<Record<AssetDistance, readonly number[]>>;
}>("hierarchies.json");
const KINDS = Object.keys(distances) as AssetDistance[];
const returns = sampleReturns(300);

// Riskfolio-Lib rounds these to 8 digits.
const TOLERANCES: Partial<Record<AssetDistance, number>> = {
  "variation-of-information": 1e-8,
  "lower-tail-dependence": 1e-8,
};

describe.each(KINDS)("assetDistances by %s", (kind) => {
  it("agrees with other programs on real returns", () => {
    const found = assetDistances(kind, returns);

    const apart = (values: ArrayLike<number>) =>
      Array.from(values).map((value, k) => (k % 21 === 0 ? 0 : value));
    expect(largestDifference(apart(found.values), apart(distances[kind]))).toBeLessThan(
      TOLERANCES[kind] ?? 1e-10,
    );
  });

  it("is 0 between equal assets and finite with constant and extreme ones", () => {
    for (const size of [1, 1e25, 1e-25]) {
      const series = [0.01, -0.02, 0.03, 0.005, -0.01].map((value) => value * size);
      const found = assetDistances(
        kind,
        matrixOf(
          series.flatMap((value) => [value, value, 0]),
          3,
        ),
      );

      expect(found.values[1]).toBeLessThan(1e-7);
      expect(found.values.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });

  it("refuses one day and numbers that are not finite", () => {
    expect(() => assetDistances(kind, matrixOf([0.1, 0.2], 2))).toThrow(ArgumentError);
    expect(() => assetDistances(kind, matrixOf([0.1, Number.NaN, 1, 2], 2))).toThrow(ArgumentError);
  });
});
