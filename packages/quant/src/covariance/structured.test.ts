import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import { lowerTriangle, readSampleReturns, takeColumns } from "../../test/sample-returns.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { correlationFromCovariance } from "./correlation.ts";
import { denoiseCovariance, detoneCovariance } from "./denoised.ts";
import { covarianceFromFactors } from "./factor-form.ts";
import { fixedShrinkageCovariance } from "./fixed-shrinkage.ts";
import { gerberCovariance } from "./gerber.ts";
import { repairPositiveSemidefinite } from "./positive-semidefinite.ts";
import { principalFactors } from "./principal-factors.ts";
import { sampleCovariance } from "./sample-covariance.ts";
import { semicovariance } from "./semicovariance.ts";

type Triangles<Key extends string> = Readonly<Record<Key, readonly number[]>>;

interface Covariances {
  readonly semi: Triangles<"zero" | "mean">;
  readonly shrunk: Triangles<"identity" | "variances" | "constant-correlation">;
  readonly denoised: Triangles<"fixed" | "spectral" | "shrink" | "skfolio" | "detoned">;
  readonly gerber: Triangles<"0" | "1" | "2" | "skfolio">;
  readonly principal: { readonly three: readonly number[]; readonly automaticCount: number };
}

// PyPortfolioOpt, scikit-learn, Riskfolio-Lib and skfolio: see make_covariances.py.
const reference = readReference<Covariances>("covariances.json");
const { stocks } = readSampleReturns(250);
const sample = sampleCovariance(stocks);

// Covariances are about 1e-4, so this is 1e-11 of them.
const TOLERANCE = 1e-15;

function differenceFrom(matrix: Matrix, triangle: readonly number[]): number {
  return largestDifference(lowerTriangle(matrix), triangle);
}

describe("semicovariance", () => {
  it("agrees with PyPortfolioOpt for a benchmark and with Riskfolio-Lib for the mean", () => {
    expect(differenceFrom(semicovariance(stocks, 0), reference.semi.zero)).toBeLessThan(TOLERANCE);
    expect(differenceFrom(semicovariance(stocks, "mean"), reference.semi.mean)).toBeLessThan(
      TOLERANCE,
    );
  });

  it("counts only days below the benchmark", () => {
    // By hand: shortfalls (−2, 0), (0, −1), (−1, −3) below 1, over 3 days.
    const semi = semicovariance(
      matrixFromRows([
        [-1, 4],
        [2, 0],
        [0, -2],
      ]),
      1,
    );

    expect(Array.from(semi.values)).toEqual([5 / 3, 1, 1, 10 / 3]);
  });

  it("refuses a missing observation and a benchmark that is no number", () => {
    expect(() => semicovariance(matrixFromRows([[1], [Number.NaN]]), 0)).toThrow(ArgumentError);
    expect(() => semicovariance(stocks, Number.NaN)).toThrow(ArgumentError);
  });
});

describe("fixedShrinkageCovariance", () => {
  it.each(["identity", "variances", "constant-correlation"] as const)("agrees: %s", (target) => {
    const { covariance, shrinkage } = fixedShrinkageCovariance(stocks, target, 0.3);

    expect(differenceFrom(covariance, reference.shrunk[target])).toBeLessThan(TOLERANCE);
    expect(shrinkage).toBe(0.3);
  });

  it("refuses a weight that is no fraction", () => {
    expect(() => fixedShrinkageCovariance(stocks, "identity", 1.1)).toThrow(ArgumentError);
    expect(() => fixedShrinkageCovariance(stocks, "identity", Number.NaN)).toThrow(ArgumentError);
  });
});

describe("denoiseCovariance", () => {
  it.each(["fixed", "spectral"] as const)("agrees with Riskfolio-Lib: %s", (kind) => {
    const { covariance } = denoiseCovariance(sample, stocks.rows, { kind });

    expect(differenceFrom(covariance, reference.denoised[kind])).toBeLessThan(TOLERANCE);
  });

  it("agrees with Riskfolio-Lib's target shrinkage, and with skfolio", () => {
    const shrunk = denoiseCovariance(sample, stocks.rows, { kind: "shrink", alpha: 0.4 });
    const fixed = denoiseCovariance(sample, stocks.rows, { kind: "fixed" });

    expect(differenceFrom(shrunk.covariance, reference.denoised.shrink)).toBeLessThan(TOLERANCE);
    expect(differenceFrom(fixed.covariance, reference.denoised.skfolio)).toBeLessThan(TOLERANCE);
  });

  it("leaves the variances, and no correlation where all is noise", () => {
    // All 64 outcomes of six coins are uncorrelated.
    const noise = sampleCovariance(
      matrixFromRows(
        Array.from({ length: 64 }, (_, t) => [0, 1, 2, 3, 4, 5].map((j) => (t >> j) & 1)),
      ),
    );
    for (const kind of ["fixed", "spectral"] as const) {
      const { covariance, factorCount } = denoiseCovariance(noise, 64, { kind });
      expect(factorCount).toBeLessThanOrEqual(6);
      expect(largestDifference(covariance.values, noise.values)).toBeLessThan(1e-15);
    }
  });

  it("gives numbers with as many days as assets, fewer, and without variance", () => {
    const flat = { rows: 3, cols: 3, values: new Float64Array(9) };
    for (const periodCount of [1, 5, 20]) {
      for (const kind of ["fixed", "spectral"] as const) {
        const { covariance } = denoiseCovariance(sample, periodCount, { kind });
        expect(covariance.values.every(Number.isFinite)).toBe(true);
      }
    }
    expect(Array.from(denoiseCovariance(flat, 9, { kind: "fixed" }).covariance.values)).toEqual(
      Array(9).fill(0),
    );
  });

  it("refuses a count of days that is not whole, and an alpha that is no fraction", () => {
    expect(() => denoiseCovariance(sample, 0, { kind: "fixed" })).toThrow(ArgumentError);
    expect(() => denoiseCovariance(sample, 9.5, { kind: "fixed" })).toThrow(ArgumentError);
    expect(() => denoiseCovariance(sample, 9, { kind: "shrink", alpha: 2 })).toThrow(ArgumentError);
  });
});

describe("detoneCovariance", () => {
  it("agrees with skfolio and keeps the variances", () => {
    const detoned = detoneCovariance(sample, 1);

    expect(differenceFrom(detoned, reference.denoised.detoned)).toBeLessThan(TOLERANCE);
    expect(detoned.values[0]).toBeCloseTo(sample.values[0] ?? 0, 16);
    expect(repairPositiveSemidefinite(detoned).repaired).toBe(false);
  });

  it("refuses to remove no component, or more than there are", () => {
    expect(() => detoneCovariance(sample, 0)).toThrow(ArgumentError);
    expect(() => detoneCovariance(sample, 21)).toThrow(ArgumentError);
  });
});

describe("gerberCovariance", () => {
  it.each([
    { statistic: 0, assetCount: 6 },
    { statistic: 1, assetCount: 20 },
    { statistic: 2, assetCount: 20 },
  ] as const)("agrees with Riskfolio-Lib: statistic $statistic", ({ statistic, assetCount }) => {
    const returns = takeColumns(stocks, 0, assetCount);
    const { covariance, repaired } = gerberCovariance(returns, statistic, 0.5);

    expect(repaired).toBe(false);
    expect(differenceFrom(covariance, reference.gerber[statistic])).toBeLessThan(TOLERANCE);
  });

  it("repairs the original statistic, which need not be positive semidefinite", () => {
    const { covariance, repaired, smallestEigenvalue } = gerberCovariance(stocks, 0, 0.5);

    expect(repaired).toBe(true);
    expect(smallestEigenvalue).toBeLessThan(0);
    expect(repairPositiveSemidefinite(covariance).repaired).toBe(false);
  });

  it("agrees with skfolio at another threshold", () => {
    const { covariance } = gerberCovariance(stocks, 1, 0.7);

    expect(differenceFrom(covariance, reference.gerber.skfolio)).toBeLessThan(TOLERANCE);
  });

  it("counts joint moves", () => {
    // By hand: all deviations are 1; signs +, +, −, 0 and +, −, −, +: two concordant days and a
    // discordant one of three shared, four on which one moves, and three and four alone.
    const returns = matrixFromRows([
      [Math.SQRT2 / Math.sqrt(1.5), 1],
      [Math.SQRT2 / Math.sqrt(1.5), -1],
      [-Math.SQRT2 / Math.sqrt(1.5), -1],
      [0, 1],
    ]);
    const correlations = ([0, 1, 2] as const).map(
      (statistic) =>
        correlationFromCovariance(gerberCovariance(returns, statistic, 0.5).covariance).values[1],
    );

    expect(
      largestDifference(correlations.map(Number), [1 / 3, 1 / 4, 1 / Math.sqrt(12)]),
    ).toBeLessThan(1e-15);
  });

  it("gives no correlation to an asset that stands still", () => {
    const still = gerberCovariance(
      matrixFromRows([
        [1, 0],
        [-2, 0],
      ]),
      0,
      0.5,
    );

    expect(Array.from(still.covariance.values.slice(1))).toEqual([0, 0, 0]);
  });

  it("refuses a threshold of 0 or over 10", () => {
    expect(() => gerberCovariance(stocks, 0, 0)).toThrow(ArgumentError);
    expect(() => gerberCovariance(stocks, 0, 11)).toThrow(ArgumentError);
  });
});

describe("principalFactors", () => {
  it("agrees with the eigenvectors of NumPy", () => {
    const form = principalFactors(stocks, 3);

    expect(differenceFrom(covarianceFromFactors(form), reference.principal.three)).toBeLessThan(
      TOLERANCE,
    );
    expect(form.loadings).toMatchObject({ rows: 20, cols: 3 });
  });

  it("finds the number of factors that the criterion of Bai and Ng finds", () => {
    expect(principalFactors(stocks, "automatic").loadings.cols).toBe(
      reference.principal.automaticCount,
    );
  });

  it("is the sample covariance with all factors, and its diagonal with none", () => {
    const all = covarianceFromFactors(principalFactors(stocks, 20));
    const none = covarianceFromFactors(principalFactors(stocks, 0));

    expect(largestDifference(all.values, sample.values)).toBeLessThan(TOLERANCE);
    expect(none.values[1]).toBe(0);
    expect(none.values[21]).toBe(sample.values[21]);
  });

  it("finds one factor in a rank of one, and none where nothing moves", () => {
    const line = matrixFromRows(
      Array.from({ length: 9 }, (_, t) => [t % 3, 2 * (t % 3), -(t % 3)]),
    );
    const still = matrixFromRows(Array.from({ length: 9 }, () => [0, 0, 0]));

    expect(principalFactors(line, "automatic").loadings.cols).toBe(1);
    expect(principalFactors(still, "automatic").loadings.cols).toBe(0);
  });

  it("refuses more factors than assets", () => {
    expect(() => principalFactors(stocks, 21)).toThrow(ArgumentError);
    expect(() => principalFactors(stocks, 1.5)).toThrow(ArgumentError);
  });
});
