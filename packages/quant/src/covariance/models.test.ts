import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import { lowerTriangle, readSampleReturns } from "../../test/sample-returns.ts";
import { ArgumentError } from "../errors.ts";
import { choleskyFactor, choleskySolve } from "../linalg/cholesky.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { conditionNumber } from "./condition-number.ts";
import { correlationFromCovariance } from "./correlation.ts";
import { exponentialCovariance } from "./exponential-covariance.ts";
import { exponentialVariance } from "./exponential-variance.ts";
import { covarianceFromFactors } from "./factor-form.ts";
import { graphicalLassoCovariance } from "./graphical-lasso.ts";
import { impliedVolatilityCovariance } from "./implied-volatility.ts";
import { localGlobalCovariance } from "./local-global.ts";
import { nearestCovariance } from "./nearest-correlation.ts";
import { repairPositiveSemidefinite } from "./positive-semidefinite.ts";
import { regressionFactors } from "./regression-factors.ts";
import { sampleCovariance } from "./sample-covariance.ts";

interface Models {
  readonly regression: {
    readonly loadings: readonly number[];
    readonly covariance: readonly number[];
  };
  readonly graphicalLasso: Readonly<Record<"0.05" | "0.3", readonly number[]>>;
  readonly localGlobal: readonly number[];
  readonly implied: readonly number[];
  readonly exponentialVariance: readonly number[];
  readonly nearest: { readonly input: readonly number[]; readonly nearest: readonly number[] };
  readonly condition: number;
}

// skfolio, scikit-learn, Riskfolio-Lib, pandas, statsmodels, NumPy: see make_covariances.py.
const reference = readReference<Models>("covariance-models.json");
const { stocks, indices } = readSampleReturns(250);
const sample = sampleCovariance(stocks);

function differenceFrom(matrix: Matrix, triangle: readonly number[]): number {
  return largestDifference(lowerTriangle(matrix), triangle);
}

/** Builds a symmetric matrix of size n from its lower triangle. */
function fromTriangle(triangle: readonly number[], n: number): Matrix {
  const values = new Float64Array(n * n);
  for (let i = 0, k = 0; i < n; i++) {
    for (let j = 0; j <= i; j++, k++) {
      values[i * n + j] = Number(triangle[k]);
      values[j * n + i] = Number(triangle[k]);
    }
  }
  return { rows: n, cols: n, values };
}

/** Two equal assets and eight more, over 12 days. */
function withDuplicates(): Matrix {
  const rows = Array.from({ length: 12 }, (_, t) => {
    const row = Array.from({ length: 10 }, (_, j) => Math.sin(3 * t * (j + 1) + j));
    return row.map((value, j) => (j === 1 ? Number(row[0]) : value));
  });
  return sampleCovariance(matrixFromRows(rows));
}

describe("regressionFactors", () => {
  it("agrees with skfolio on six indices", () => {
    const form = regressionFactors(stocks, indices);

    expect(largestDifference(form.loadings.values, reference.regression.loadings)).toBeLessThan(
      1e-10,
    );
    expect(
      differenceFrom(covarianceFromFactors(form), reference.regression.covariance),
    ).toBeLessThan(1e-15);
  });

  it("keeps the sample variances", () => {
    const covariance = covarianceFromFactors(regressionFactors(stocks, indices));

    for (let i = 0; i < 20; i++) {
      expect(covariance.values[i * 21]).toBeCloseTo(Number(sample.values[i * 21]), 15);
    }
  });

  it("shares a loading between factors that are the same", () => {
    const asset = matrixFromRows([[1], [2], [4], [8]]);
    const twice = matrixFromRows([
      [1, 1],
      [2, 2],
      [4, 4],
      [8, 8],
    ]);
    const { loadings, specificVariances } = regressionFactors(asset, twice);

    expect(largestDifference(loadings.values, [0.5, 0.5])).toBeLessThan(1e-14);
    expect(specificVariances[0]).toBeLessThan(1e-28);
  });

  it("refuses histories of different length and factors of the wrong shape", () => {
    expect(() => regressionFactors(stocks, matrixFromRows([[1], [2]]))).toThrow(ArgumentError);
    expect(() =>
      covarianceFromFactors({
        loadings: matrixFromRows([[1]]),
        factorCovariance: sample,
        specificVariances: Float64Array.of(1),
      }),
    ).toThrow(ArgumentError);
  });
});

describe("graphicalLassoCovariance", () => {
  const correlation = correlationFromCovariance(sample);

  it.each([0.05, 0.3])("agrees with scikit-learn: penalty %d", (penalty) => {
    const { covariance, gap } = graphicalLassoCovariance(correlation, penalty);
    const expected = reference.graphicalLasso[penalty === 0.05 ? "0.05" : "0.3"];

    expect(gap).toBeLessThan(1e-8);
    expect(differenceFrom(covariance, expected)).toBeLessThan(1e-7);
  });

  it("leaves no correlation from the largest on, and all of them within the penalty", () => {
    const lone = graphicalLassoCovariance(sample, 1).covariance;
    const loose = correlationFromCovariance(graphicalLassoCovariance(sample, 0.01).covariance);

    expect(lone.values[1]).toBe(0);
    expect(largestDifference(loose.values, correlation.values)).toBeLessThanOrEqual(0.01 + 1e-15);
  });

  it("is positive definite where the input is singular", () => {
    const { covariance, gap } = graphicalLassoCovariance(withDuplicates(), 0.05);

    expect(choleskyFactor(covariance)).toBeDefined();
    expect(gap).toBeLessThan(1e-8);
  });

  it("changes nothing without a penalty, and refuses a negative one", () => {
    expect(graphicalLassoCovariance(sample, 0).covariance).toBe(sample);
    expect(() => graphicalLassoCovariance(sample, -0.1)).toThrow(ArgumentError);
  });
});

describe("localGlobalCovariance", () => {
  it("agrees with Riskfolio-Lib, which inverts the sparse inverse", () => {
    expect(differenceFrom(localGlobalCovariance(sample), reference.localGlobal)).toBeLessThan(
      1e-15,
    );
  });

  it("has an inverse with three edges for each asset but the first", () => {
    const factor = choleskyFactor(correlationFromCovariance(localGlobalCovariance(sample)));
    let entryCount = 0;
    for (let i = 0; i < 20; i++) {
      const unit = new Float64Array(20);
      unit[i] = 1;
      const column = choleskySolve(factor ?? new Float64Array(400), unit);
      entryCount += column.filter((entry) => Math.abs(entry) > 1e-10).length;
    }

    // By hand: 20 on the diagonal, and 3·20 − 6 edges twice.
    expect(entryCount).toBe(20 + 2 * 54);
  });

  it("returns up to four assets as they are, and stays positive semidefinite with equal assets", () => {
    const three = matrixFromRows([
      [2, 1, 0],
      [1, 2, 1],
      [0, 1, 2],
    ]);
    const equal = localGlobalCovariance(withDuplicates());

    expect(localGlobalCovariance(three)).toBe(three);
    expect(repairPositiveSemidefinite(equal).smallestEigenvalue).toBeGreaterThan(-1e-9);
    expect(equal.values.every(Number.isFinite)).toBe(true);
  });
});

describe("impliedVolatilityCovariance", () => {
  const volatilities = Float64Array.from({ length: 20 }, (_, i) => 0.01 + (0.02 * i) / 19);

  it("agrees with skfolio without a risk premium", () => {
    const covariance = impliedVolatilityCovariance(sample, volatilities);

    expect(differenceFrom(covariance, reference.implied)).toBeLessThan(1e-15);
  });

  it("refuses volatilities that are negative or too few", () => {
    expect(() =>
      impliedVolatilityCovariance(
        sample,
        volatilities.map((v) => -v),
      ),
    ).toThrow(ArgumentError);
    expect(() => impliedVolatilityCovariance(sample, volatilities.subarray(1))).toThrow(
      ArgumentError,
    );
  });
});

describe("exponentialVariance", () => {
  it("agrees with pandas, and is the diagonal of the covariance", () => {
    const variances = exponentialVariance(stocks, 15);
    const { values } = exponentialCovariance(stocks, 15);

    expect(largestDifference(variances, reference.exponentialVariance)).toBeLessThan(1e-17);
    expect(
      largestDifference(
        variances,
        variances.map((_, i) => Number(values[i * 21])),
      ),
    ).toBeLessThan(1e-17);
  });

  it("refuses one row, and a half-life that leaves only the last", () => {
    expect(() => exponentialVariance(matrixFromRows([[1]]), 5)).toThrow(ArgumentError);
    expect(() => exponentialVariance(stocks, 1e-4)).toThrow(ArgumentError);
  });
});

describe("nearestCovariance", () => {
  it("finds the published nearest correlations", () => {
    // Higham (2002), section 4: 0.7607 and 0.1573.
    const { covariance, residual } = nearestCovariance(
      matrixFromRows([
        [1, 1, 0],
        [1, 1, 1],
        [0, 1, 1],
      ]),
    );

    expect(residual).toBeLessThan(1e-12);
    expect(covariance.values[1]).toBeCloseTo(0.7607, 4);
    expect(covariance.values[2]).toBeCloseTo(0.1573, 4);
  });

  it("agrees with the alternating projections of statsmodels", () => {
    const input = fromTriangle(reference.nearest.input, 20);
    const { covariance, residual, correlationChange } = nearestCovariance(input);
    const clipped = repairPositiveSemidefinite(input).covariance;
    const byClipping = correlationFromCovariance(clipped).values.map(
      (entry, k) => entry - Number(input.values[k]),
    );

    expect(residual).toBeLessThan(1e-11);
    expect(differenceFrom(covariance, reference.nearest.nearest)).toBeLessThan(1e-6);
    expect(correlationChange).toBeLessThan(Math.hypot(...byClipping));
    expect(repairPositiveSemidefinite(covariance).repaired).toBe(false);
  });

  it("leaves a covariance and an asset without variance as they are", () => {
    const still = matrixFromRows([
      [4, 0],
      [0, 0],
    ]);

    expect(
      largestDifference(nearestCovariance(sample).covariance.values, sample.values),
    ).toBeLessThan(1e-17);
    expect(Array.from(nearestCovariance(still).covariance.values)).toEqual([4, 0, 0, 0]);
  });

  it("repairs correlations over 1, and refuses a negative variance", () => {
    const { covariance } = nearestCovariance(
      matrixFromRows([
        [4, 9],
        [9, 9],
      ]),
    );

    expect(covariance.values[1]).toBeCloseTo(6, 12);
    expect(() => nearestCovariance(matrixFromRows([[-1]]))).toThrow(ArgumentError);
  });
});

describe("conditionNumber", () => {
  it("agrees with NumPy", () => {
    expect(conditionNumber(sample) / reference.condition).toBeCloseTo(1, 10);
  });

  it("is infinite for a singular matrix and 1 for the identity", () => {
    expect(conditionNumber(withDuplicates())).toBe(Number.POSITIVE_INFINITY);
    expect(conditionNumber(matrixFromRows([[0]]))).toBe(Number.POSITIVE_INFINITY);
    expect(conditionNumber(matrixFromRows([[3]]))).toBe(1);
  });
});
