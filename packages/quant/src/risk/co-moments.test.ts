import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import { sampleReturns, takeColumns } from "../../test/sample-returns.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { cokurtosisMatrix, coskewnessMatrix, higherMomentParts } from "./co-moments.ts";

// SciPy and Riskfolio-Lib: see make_moments.py.
const { higher } = readReference<{
  higher: Readonly<
    Record<"weights" | "coskewness" | "cokurtosis" | "thirdWithPortfolio", readonly number[]>
  > & { readonly skewness: number; readonly kurtosis: number };
}>("moments.json");
const returns = takeColumns(sampleReturns(250), 0, 4);
const weights = Float64Array.from(higher.weights);

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

describe("coskewnessMatrix and cokurtosisMatrix", () => {
  it("agree with Riskfolio-Lib", () => {
    const coskewness = coskewnessMatrix(returns);
    const cokurtosis = cokurtosisMatrix(returns);

    expect([coskewness.rows, coskewness.cols]).toEqual([4, 16]);
    expect([cokurtosis.rows, cokurtosis.cols]).toEqual([16, 16]);
    expect(largestDifference(coskewness.values, higher.coskewness)).toBeLessThan(1e-18);
    expect(largestDifference(cokurtosis.values, higher.cokurtosis)).toBeLessThan(1e-19);
  });

  it("refuse what is no return", () => {
    const wrong: Matrix = { rows: 2, cols: 1, values: Float64Array.of(0, Number.NaN) };
    expect(() => coskewnessMatrix(wrong)).toThrow(ArgumentError);
    expect(() => cokurtosisMatrix({ ...wrong, rows: 1 })).toThrow(ArgumentError);
  });
});

describe("higherMomentParts", () => {
  it("sum to the skewness and the kurtosis of SciPy", () => {
    const parts = higherMomentParts(returns, weights);

    expect(parts?.skewness).toBeCloseTo(higher.skewness, 12);
    expect(parts?.kurtosis).toBeCloseTo(higher.kurtosis, 12);
    expect(sum(parts?.skewnessParts ?? new Float64Array(1))).toBeCloseTo(higher.skewness, 12);
    expect(sum(parts?.kurtosisParts ?? new Float64Array(1))).toBeCloseTo(higher.kurtosis, 12);
  });

  it("are the tensors' products with the weights", () => {
    const parts = higherMomentParts(returns, weights);
    const total = weights.reduce((m, w, i) => m + w * Number(higher.thirdWithPortfolio[i]), 0);

    for (const [i, weight] of weights.entries()) {
      const share = (weight * Number(higher.thirdWithPortfolio[i])) / total;
      expect(Number(parts?.skewnessParts[i]) / Number(parts?.skewness)).toBeCloseTo(share, 11);
    }
  });

  it("make an asset that is the whole portfolio its own co-moment", () => {
    const parts = higherMomentParts(takeColumns(returns, 1, 2), Float64Array.of(3));

    expect(parts?.coskewness[0]).toBeCloseTo(parts?.skewness ?? Number.NaN, 12);
    expect(parts?.cokurtosis[0]).toBeCloseTo(parts?.kurtosis ?? Number.NaN, 12);
  });

  it("are none of a portfolio that does not vary", () => {
    const hedged = matrixFromRows([
      [0.01, 0.02],
      [-0.02, -0.04],
      [0.03, 0.06],
    ]);
    expect(higherMomentParts(hedged, Float64Array.of(2, -1))).toBeUndefined();
    expect(higherMomentParts(returns, new Float64Array(4))).toBeUndefined();
  });

  it.each([1e-100, 1e30])("give numbers for returns of size %d", (scale) => {
    const largest = returns.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const values = returns.values.map((value) => (value / largest) * scale);

    const parts = higherMomentParts({ ...returns, values }, weights);

    expect(parts?.skewness).toBeCloseTo(higher.skewness, 10);
    expect(parts?.cokurtosis.every(Number.isFinite)).toBe(true);
  });

  it("refuse weights of another number", () => {
    expect(() => higherMomentParts(returns, Float64Array.of(1))).toThrow(ArgumentError);
  });
});
