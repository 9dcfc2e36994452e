import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { uniformSource } from "../random/splitmix.ts";
import { constantCorrelationCovariance } from "./constant-correlation.ts";
import { correlationFromCovariance } from "./correlation.ts";
import { covarianceFromFactors } from "./factor-form.ts";
import { oracleApproximatingCovariance } from "./oracle-approximating-shrinkage.ts";
import { repairPositiveSemidefinite } from "./positive-semidefinite.ts";
import { biasedCovariance } from "./shrinkage.ts";
import { singleFactorCovariance } from "./single-factor.ts";

interface Shrunk {
  readonly covariance: readonly number[];
  readonly shrinkage: number;
}

interface Case {
  readonly assetCount: number;
  readonly returns: readonly number[];
  readonly oas: Shrunk;
  readonly constantCorrelation: Shrunk;
  readonly singleFactor: Shrunk;
}

// scikit-learn and PyPortfolioOpt on real prices: see make_shrinkage.py. Covariances are about 1e-4.
const reference = readReference<{ readonly fewAssets: Case; readonly fewDays: Case }>(
  "shrinkage.json",
);

const ESTIMATORS = [
  { name: "oas", estimator: oracleApproximatingCovariance },
  { name: "constantCorrelation", estimator: constantCorrelationCovariance },
  { name: "singleFactor", estimator: singleFactorCovariance },
] as const;

const entry = fc.integer({ min: -9, max: 9 });
const returnsOfFour = fc
  .array(fc.tuple(entry, entry, entry, entry), { minLength: 2, maxLength: 8 })
  .map((rows) => matrixFromRows(rows));

/** Repeats each day `times` times: the moments stay as they are, and T grows. */
function repeated(returns: Matrix, times: number): Matrix {
  const values = new Float64Array(returns.values.length * times);
  for (let k = 0; k < times; k++) {
    values.set(returns.values, k * returns.values.length);
  }
  return { rows: returns.rows * times, cols: returns.cols, values };
}

describe.each(ESTIMATORS)("$name covariance", ({ name, estimator }) => {
  it.each(["fewAssets", "fewDays"] as const)("agrees with the reference: %s", (days) => {
    const { assetCount, returns, ...answers } = reference[days];

    const { covariance, shrinkage } = estimator(matrixOf(returns, assetCount));

    expect(shrinkage).toBeCloseTo(answers[name].shrinkage, 12);
    expect(largestDifference(covariance.values, answers[name].covariance)).toBeLessThan(1e-16);
  });

  it("is symmetric and positive semidefinite, and shrinks by a fraction", () => {
    fc.assert(
      fc.property(returnsOfFour, (returns) => {
        const { covariance, shrinkage } = estimator(returns);
        const { smallestEigenvalue, largestEigenvalue } = repairPositiveSemidefinite(covariance);
        expect(shrinkage).toBeGreaterThanOrEqual(0);
        expect(shrinkage).toBeLessThanOrEqual(1);
        expect(smallestEigenvalue).toBeGreaterThanOrEqual(-1e-12 * largestEigenvalue);
      }),
    );
  });

  it("shrinks no more when there are more days like these", () => {
    fc.assert(
      fc.property(returnsOfFour, (returns) => {
        const few = estimator(returns).shrinkage;
        expect(estimator(repeated(returns, 10)).shrinkage).toBeLessThanOrEqual(few + 1e-12);
      }),
    );
  });

  it("scales with the square of the returns", () => {
    const { assetCount, returns } = reference.fewAssets;
    const doubled = estimator(
      matrixOf(
        returns.map((value) => 2 * value),
        assetCount,
      ),
    );
    const { covariance, shrinkage } = estimator(matrixOf(returns, assetCount));

    expect(doubled.shrinkage).toBeCloseTo(shrinkage, 13);
    expect(
      largestDifference(
        doubled.covariance.values,
        covariance.values.map((value) => 4 * value),
      ),
    ).toBeLessThan(1e-17);
  });

  it("gives numbers when an asset, or every asset, has no variance", () => {
    const still = estimator(matrixFromRows(Array.from({ length: 5 }, () => [0, 0, 0])));
    const { covariance } = estimator(
      matrixFromRows([
        [1, 0, 2],
        [-1, 0, 1],
        [0, 0, -3],
      ]),
    );

    expect(Array.from(still.covariance.values)).toEqual(Array(9).fill(0));
    expect(covariance.values.every(Number.isFinite)).toBe(true);
    expect(covariance.values[1]).toBe(0);
  });

  it("needs two rows, and does not shrink a single asset", () => {
    expect(() => estimator(matrixFromRows([[1]]))).toThrow(ArgumentError);
    expect(estimator(matrixFromRows([[1], [3]]))).toMatchObject({
      shrinkage: 0,
      covariance: { values: Float64Array.of(1) },
    });
  });
});

describe("oracleApproximatingCovariance", () => {
  it("is the formula's value for two uncorrelated series", () => {
    // By hand: S = diag(1, 4), T = 4. Mean square a = 17/4, m = 5/2, m² = 25/4,
    // δ = (17/4 + 25/4) / (5 (17/4 − 25/8)) = 10.5 / 5.625 > 1, so the target 2.5·I is left.
    const { covariance, shrinkage } = oracleApproximatingCovariance(
      matrixFromRows([
        [1, 2],
        [-1, 2],
        [1, -2],
        [-1, -2],
      ]),
    );

    expect(shrinkage).toBe(1);
    expect(Array.from(covariance.values)).toEqual([2.5, 0, 0, 2.5]);
  });
});

describe("constantCorrelationCovariance", () => {
  it("keeps the variances and the mean correlation", () => {
    const { assetCount: n, returns } = reference.fewDays;
    const { covariance, shrinkage } = constantCorrelationCovariance(matrixOf(returns, n));
    const { covariance: sample } = biasedCovariance(matrixOf(returns, n));
    const correlationSum = (matrix: Matrix) =>
      correlationFromCovariance(matrix).values.reduce((sum, value) => sum + value, 0);

    expect(shrinkage).toBeGreaterThan(0.5);
    expect(correlationSum(covariance)).toBeCloseTo(correlationSum(sample), 10);
    for (let i = 0; i < n; i++) {
      expect(covariance.values[i * n + i]).toBeCloseTo(sample.values[i * n + i] ?? 0, 16);
    }
  });

  it("has nothing to shrink when two assets have one correlation", () => {
    const { shrinkage } = constantCorrelationCovariance(
      matrixFromRows([
        [1, 2],
        [2, 1],
        [0, 5],
      ]),
    );

    expect(shrinkage).toBe(0);
  });
});

describe("singleFactorCovariance", () => {
  it("shrinks to the diagonal when the market stands still", () => {
    // By hand: two opposite series, S = [[s, −s], [−s, s]], F = s·I with s = 5/2. π over 4
    // entries is 4 (17/2 − 25/4), ρ the 2 on the diagonal, γ = 2s²: δ = 4.5 / 12.5 / 4.
    const { covariance, shrinkage } = singleFactorCovariance(
      matrixFromRows([
        [1, -1],
        [-1, 1],
        [2, -2],
        [-2, 2],
      ]),
    );

    expect(shrinkage).toBeCloseTo(0.09, 14);
    expect(covariance.values[0]).toBeCloseTo(2.5, 14);
    expect(covariance.values[1]).toBeCloseTo(-2.5 * 0.91, 14);
  });

  it("hands its factor over where nothing is left of the sample covariance", () => {
    // Returns that are all but multiples of each other, over too few days to tell them apart.
    const uniform = uniformSource(1);
    const rows = Array.from({ length: 10 }, () => {
      const market = uniform() - 0.5;
      return [0, 1, 2].map((i) => (i + 0.5) * market + (uniform() - 0.5) / 10);
    });
    const { covariance, shrinkage, factors } = singleFactorCovariance(matrixFromRows(rows));

    expect(shrinkage).toBe(1);
    const again = factors && covarianceFromFactors(factors).values;
    expect(largestDifference(again ?? [], covariance.values)).toBeLessThan(1e-15);
  });

  it("has no factor where it is a mixture", () => {
    const uniform = uniformSource(3);
    const values = Float64Array.from({ length: 200 * 3 }, () => uniform() - 0.5);
    const { shrinkage, factors } = singleFactorCovariance({ rows: 200, cols: 3, values });

    expect(shrinkage).toBeLessThan(1);
    expect(factors).toBeUndefined();
  });
});
