import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import { lowerTriangle, readSampleReturns, takeColumns } from "../../test/sample-returns.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { expectationMaximization } from "./expectation-maximization.ts";
import { minimumCovarianceDeterminant } from "./minimum-covariance-determinant.ts";
import { nearestCovariance } from "./nearest-correlation.ts";
import { pairwiseCovariance } from "./pairwise.ts";
import { repairPositiveSemidefinite } from "./positive-semidefinite.ts";
import {
  type RegimeAdjustment,
  regimeAdjustedCovariance,
  regimeCovariance,
  regimeStart,
  regimeUpdate,
} from "./regime-adjusted.ts";
import { sampleCovariance } from "./sample-covariance.ts";
import { biasedCovariance } from "./shrinkage.ts";

interface Moments {
  readonly means: readonly number[];
  readonly covariance: readonly number[];
}

interface Robust extends Moments {
  readonly assetCount: number;
  readonly logDeterminants: readonly number[];
  readonly subset: readonly number[];
  readonly outlierCount: number;
}

interface Models {
  readonly regime: {
    readonly multipliers: Readonly<Record<string, number>>;
    readonly covariance: readonly number[];
    readonly multiplier: number;
  };
  readonly unequal: {
    readonly pairwise: readonly number[];
    readonly gaps: Moments;
    readonly monotone: Moments;
  };
  readonly robust: readonly Robust[];
}

// skfolio, pandas, scikit-learn and independent programs: see make_covariances.py.
const reference = readReference<Models>("covariance-models.json");
const { stocks } = readSampleReturns(250);

function differenceFrom(matrix: Matrix, triangle: readonly number[]): number {
  return largestDifference(lowerTriangle(matrix), triangle);
}

/** Takes eight stocks, the first days of which are missing, and some more, as the recipe does. */
function withGaps(isMonotone: boolean): Matrix {
  const returns = takeColumns(stocks, 0, 8);
  const values = returns.values.map((x, k) => {
    const t = Math.floor(k / 8);
    const j = k % 8;
    const isGap = t < 12 * j || (!isMonotone && (7 * t + 13 * j) % 29 === 0);
    return isGap ? Number.NaN : x;
  });
  return { ...returns, values };
}

describe("regimeAdjustedCovariance", () => {
  const adjustment: RegimeAdjustment = {
    halfLife: 30,
    regimeHalfLife: 12.5,
    target: "portfolio",
    averaging: "mean-deviation",
    multiplierMin: 0.5,
    multiplierMax: 2,
  };
  const TARGETS = {
    portfolio: "PORTFOLIO",
    assets: "DIAGONAL",
    "all-directions": "MAHALANOBIS",
  } as const;
  const AVERAGES = {
    "mean-deviation": "FIRST_MOMENT",
    "root-mean-square": "RMS",
    "mean-logarithm": "LOG",
  } as const;

  it.each(["portfolio", "assets", "all-directions"] as const)(
    "has the multiplier of skfolio for each average: %s",
    (target) => {
      for (const averaging of ["mean-deviation", "root-mean-square", "mean-logarithm"] as const) {
        const { multiplier } = regimeAdjustedCovariance(stocks, {
          ...adjustment,
          target,
          averaging,
        });
        const expected = reference.regime.multipliers[`${TARGETS[target]} ${AVERAGES[averaging]}`];

        expect(multiplier).toBeCloseTo(Number(expected), 11);
      }
    },
  );

  it("has the covariance of skfolio, its multiplier held within bounds", () => {
    const { covariance, multiplier } = regimeAdjustedCovariance(stocks, {
      ...adjustment,
      regimeHalfLife: 15,
      multiplierMin: 1.02,
      multiplierMax: 1.03,
    });

    expect(multiplier).toBe(reference.regime.multiplier);
    expect(differenceFrom(covariance, reference.regime.covariance)).toBeLessThan(1e-16);
  });

  it("gives the same bits day by day as at once", () => {
    let state = regimeStart(20);
    for (let t = 0; t < stocks.rows; t++) {
      const values = stocks.values.subarray(t * 20, (t + 1) * 20);
      state = regimeUpdate(state, { rows: 1, cols: 20, values }, adjustment);
    }

    expect(regimeCovariance(state, adjustment)).toEqual(
      regimeAdjustedCovariance(stocks, adjustment),
    );
  });

  it("leaves the state that it continues unchanged", () => {
    const before = regimeUpdate(regimeStart(20), stocks, adjustment);
    const copy = structuredClone(before);
    regimeUpdate(before, stocks, adjustment);

    expect(before).toEqual(copy);
  });

  it("gives numbers when nothing moves, and when assets are equal", () => {
    const still = matrixFromRows(Array.from({ length: 90 }, () => [0, 0]));
    const equal = matrixFromRows(Array.from({ length: 90 }, (_, t) => [Math.sin(t), Math.sin(t)]));
    for (const target of ["portfolio", "assets", "all-directions"] as const) {
      expect(regimeAdjustedCovariance(still, { ...adjustment, target }).multiplier).toBe(1);
      expect(
        regimeAdjustedCovariance(equal, { ...adjustment, target }).covariance.values.every(
          Number.isFinite,
        ),
      ).toBe(true);
    }
  });

  it("refuses another number of assets, no day at all, and impossible bounds", () => {
    expect(() => regimeUpdate(regimeStart(3), stocks, adjustment)).toThrow(ArgumentError);
    expect(() => regimeCovariance(regimeStart(3), adjustment)).toThrow(ArgumentError);
    expect(() => regimeAdjustedCovariance(stocks, { ...adjustment, halfLife: 0 })).toThrow(
      ArgumentError,
    );
    expect(() => regimeAdjustedCovariance(stocks, { ...adjustment, multiplierMin: 3 })).toThrow(
      ArgumentError,
    );
  });
});

describe("pairwiseCovariance", () => {
  it("agrees with pandas", () => {
    const { covariance, sharedCounts } = pairwiseCovariance(withGaps(false));

    expect(differenceFrom(covariance, reference.unequal.pairwise)).toBeLessThan(1e-17);
    expect(sharedCounts.values[0]).toBe(250 - 9);
  });

  it("is the sample covariance when nothing is missing", () => {
    const { covariance } = pairwiseCovariance(stocks);

    expect(largestDifference(covariance.values, sampleCovariance(stocks).values)).toBeLessThan(
      1e-17,
    );
  });

  it("can be repaired to the nearest correlations", () => {
    // Correlations of 1, 1 and −1, each from days that the third asset was not observed.
    const gap = Number.NaN;
    const { covariance } = pairwiseCovariance(
      matrixFromRows([
        [1, 1, gap],
        [-1, -1, gap],
        [gap, 1, 1],
        [gap, -1, -1],
        [1, gap, -1],
        [-1, gap, 1],
      ]),
    );
    const nearest = nearestCovariance(covariance).covariance;

    expect(repairPositiveSemidefinite(covariance).repaired).toBe(true);
    expect(repairPositiveSemidefinite(nearest).repaired).toBe(false);
    // By symmetry all are ±r, and 1 + r − 2r² is 0 at r = −½ or 1: r = ½ of the given.
    expect(Math.abs(Number(nearest.values[1]) / Number(nearest.values[0]))).toBeCloseTo(0.5, 10);
  });

  it("names the assets that never meet, and refuses an infinite return", () => {
    const gap = Number.NaN;
    const apart = matrixFromRows([
      [1, gap],
      [2, gap],
      [gap, 1],
      [gap, 2],
    ]);

    expect(() => pairwiseCovariance(apart)).toThrow("assets 0 and 1 share 0 periods, and need 2");
    expect(() => pairwiseCovariance(matrixFromRows([[1], [Number.POSITIVE_INFINITY]]))).toThrow(
      ArgumentError,
    );
  });
});

describe("expectationMaximization", () => {
  it("agrees with the likelihood's maximum in closed form for histories that start late", () => {
    const { means, covariance, converged } = expectationMaximization(withGaps(true), 1000);

    expect(converged).toBe(true);
    expect(largestDifference(means, reference.unequal.monotone.means)).toBeLessThan(1e-11);
    expect(differenceFrom(covariance, reference.unequal.monotone.covariance)).toBeLessThan(1e-12);
  });

  it("agrees with a day-by-day program for gaps anywhere", () => {
    const { means, covariance } = expectationMaximization(withGaps(false), 1000);

    expect(largestDifference(means, reference.unequal.gaps.means)).toBeLessThan(1e-11);
    expect(differenceFrom(covariance, reference.unequal.gaps.covariance)).toBeLessThan(1e-12);
    expect(repairPositiveSemidefinite(covariance).repaired).toBe(false);
  });

  it("is the covariance divided by T when nothing is missing", () => {
    const { covariance, converged } = expectationMaximization(stocks, 5);

    expect(converged).toBe(true);
    expect(
      largestDifference(covariance.values, biasedCovariance(stocks).covariance.values),
    ).toBeLessThan(1e-17);
  });

  it("gives numbers with more assets than days, with equal assets and without variance", () => {
    const wide = { rows: 6, cols: 8, values: withGaps(false).values.subarray(200 * 8, 206 * 8) };
    const odd = matrixFromRows([
      [1, 1, 0],
      [2, 2, 0],
      [Number.NaN, 3, 0],
      [4, Number.NaN, 0],
      [Number.NaN, Number.NaN, Number.NaN],
    ]);
    for (const returns of [wide, odd]) {
      const { covariance } = expectationMaximization(returns, 200);
      expect(covariance.values.every(Number.isFinite)).toBe(true);
      expect(repairPositiveSemidefinite(covariance).smallestEigenvalue).toBeGreaterThan(-1e-12);
    }
    expect(() => expectationMaximization(stocks, 0)).toThrow(ArgumentError);
  });
});

describe("minimumCovarianceDeterminant", () => {
  it.each(reference.robust)(
    "finds at least the subset of scikit-learn: $assetCount assets",
    (expected) => {
      const returns = takeColumns(stocks, 0, expected.assetCount);
      const answer = minimumCovarianceDeterminant(returns, "default", 1);

      expect(answer.status).toBe("estimated");
      if (answer.status === "estimated") {
        expect(answer.logDeterminant).toBeLessThanOrEqual(
          Math.min(...expected.logDeterminants) + 1e-9,
        );
      }
    },
  );

  it("makes of the same subset what scikit-learn makes of it", () => {
    for (const expected of reference.robust) {
      const returns = takeColumns(stocks, 0, expected.assetCount);
      // Which seed ends at the subset of scikit-learn's own random search is chance.
      const answer = [1, 2, 3, 4, 5, 6, 7, 8]
        .map((seed) => minimumCovarianceDeterminant(returns, "default", seed))
        .find(
          (found) =>
            found.status === "estimated" &&
            Array.from(found.subset).join() === expected.subset.join(),
        );
      if (answer?.status !== "estimated") {
        throw new Error(`no seed finds the subset of ${expected.assetCount} assets`);
      }
      expect(answer.outlierCount).toBe(expected.outlierCount);
      expect(largestDifference(answer.means, expected.means)).toBeLessThan(1e-15);
      expect(differenceFrom(answer.covariance, expected.covariance)).toBeLessThan(1e-15);
    }
  });

  it("is not moved by a fifth of outliers, and gives the same answer for the same seed", () => {
    const returns = takeColumns(stocks, 0, 4);
    const spoiled = {
      ...returns,
      values: returns.values.map((x, k) => (Math.floor(k / 4) % 5 === 0 ? 1 + x : x)),
    };
    const clean = minimumCovarianceDeterminant(returns, "default", 7);
    const robust = minimumCovarianceDeterminant(spoiled, "default", 7);

    expect(robust).toEqual(minimumCovarianceDeterminant(spoiled, "default", 7));
    expect(robust.status === "estimated" && clean.status === "estimated").toBe(true);
    if (robust.status === "estimated" && clean.status === "estimated") {
      expect(robust.outlierCount).toBeGreaterThanOrEqual(50);
      for (let i = 0; i < 4; i++) {
        const ratio =
          Number(robust.covariance.values[i * 5]) / Number(clean.covariance.values[i * 5]);
        expect(ratio).toBeGreaterThan(0.5);
        expect(ratio).toBeLessThan(2);
      }
    }
  });

  it("is the covariance of the inliers when the subset is everything", () => {
    const all = minimumCovarianceDeterminant(takeColumns(stocks, 0, 2), 1, 1);

    expect(all.status === "estimated" && all.subset.length).toBe(250);
  });

  it("says so when the bulk lies in a plane", () => {
    const flat = matrixFromRows(
      Array.from({ length: 40 }, (_, t) => [Math.sin(t), 2 * Math.sin(t)]),
    );
    const mostlyFlat = matrixFromRows(
      Array.from({ length: 40 }, (_, t) => [Math.sin(t), t < 8 ? Math.cos(t) : Math.sin(t)]),
    );
    const short = matrixFromRows([
      [1, 2, 3],
      [3, 1, 2],
    ]);
    for (const returns of [flat, mostlyFlat, short]) {
      expect(minimumCovarianceDeterminant(returns, "default", 1)).toEqual({ status: "singular" });
    }
  });

  it("refuses a share below one half", () => {
    expect(() => minimumCovarianceDeterminant(stocks, 0.4, 1)).toThrow(ArgumentError);
  });
});
