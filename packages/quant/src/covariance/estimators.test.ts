import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identity, largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { exponentialMean } from "../expected-returns/exponential-mean.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { type Matrix, matrixFromRows, requireCovariance } from "../linalg/matrix.ts";
import { traceFrontier } from "../optimize/critical-line/trace-frontier.ts";
import { correlationFromCovariance } from "./correlation.ts";
import { exponentialCovariance } from "./exponential-covariance.ts";
import { ledoitWolfCovariance } from "./ledoit-wolf.ts";
import { repairPositiveSemidefinite } from "./positive-semidefinite.ts";
import { sampleCovariance } from "./sample-covariance.ts";

interface Shrunk {
  readonly covariance: readonly number[];
  readonly shrinkage: number;
}

interface Estimators {
  readonly simpleReturns: readonly number[];
  readonly mean: readonly number[];
  readonly exponentialMean: readonly number[];
  readonly covariance: readonly number[];
  readonly exponentialCovariance: readonly number[];
  readonly ledoitWolf: Shrunk;
  readonly wide: { readonly returns: readonly number[]; readonly ledoitWolf: Shrunk };
}

// pandas and scikit-learn on real prices: see make_reference.py. Covariances are about 1e-4.
const reference = readReference<Estimators>("estimators.json");
const returns = matrixOf(reference.simpleReturns, 5);
const HALF_LIFE = 10;

function scaleOf(x: Matrix, factor: number): Matrix {
  return { ...x, values: x.values.map((value) => value * factor) };
}

describe("estimators on real returns", () => {
  it("agree with pandas", () => {
    expect(largestDifference(historicalMean(returns), reference.mean)).toBeLessThan(1e-17);
    expect(
      largestDifference(exponentialMean(returns, HALF_LIFE), reference.exponentialMean),
    ).toBeLessThan(1e-17);
    expect(largestDifference(sampleCovariance(returns).values, reference.covariance)).toBeLessThan(
      1e-18,
    );
    expect(
      largestDifference(
        exponentialCovariance(returns, HALF_LIFE).values,
        reference.exponentialCovariance,
      ),
    ).toBeLessThan(1e-17);
  });

  it("agree with scikit-learn's Ledoit-Wolf, with more days than assets and with fewer", () => {
    for (const [x, expected] of [
      [returns, reference.ledoitWolf],
      [matrixOf(reference.wide.returns, 20), reference.wide.ledoitWolf],
    ] as const) {
      const { covariance, shrinkage } = ledoitWolfCovariance(x);
      expect(shrinkage).toBeCloseTo(expected.shrinkage, 13);
      expect(largestDifference(covariance.values, expected.covariance)).toBeLessThan(1e-17);
    }
  });
});

describe("sampleCovariance", () => {
  it("is the textbook value for two short series", () => {
    // By hand: deviations (−1, 0, 1) and (1, −2, 1), products 2, 0, 6, divided by 2.
    const covariance = sampleCovariance(
      matrixFromRows([
        [1, 5],
        [2, 2],
        [3, 5],
      ]),
    );

    expect(Array.from(covariance.values)).toEqual([1, 0, 0, 3]);
  });

  it("scales with the square of the returns", () => {
    const doubled = sampleCovariance(scaleOf(returns, 2));

    expect(
      largestDifference(doubled.values, scaleOf(sampleCovariance(returns), 4).values),
    ).toBeLessThan(1e-18);
  });

  it("needs two rows", () => {
    expect(() => sampleCovariance(matrixFromRows([[1]]))).toThrow(ArgumentError);
    expect(() => exponentialCovariance(matrixFromRows([[1]]), 5)).toThrow(ArgumentError);
    expect(() => ledoitWolfCovariance(matrixFromRows([[1]]))).toThrow(ArgumentError);
    expect(() => historicalMean(matrixFromRows([]))).toThrow(ArgumentError);
  });
});

describe("exponentialCovariance", () => {
  it("becomes the sample covariance when the half-life grows", () => {
    const long = exponentialCovariance(returns, 1e9);

    expect(largestDifference(long.values, sampleCovariance(returns).values)).toBeLessThan(1e-11);
    expect(largestDifference(exponentialMean(returns, 1e9), historicalMean(returns))).toBeLessThan(
      1e-9,
    );
  });

  it("rejects a half-life that is not positive, or counts one row only", () => {
    for (const halfLife of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-4]) {
      expect(() => exponentialCovariance(returns, halfLife)).toThrow(ArgumentError);
    }
  });
});

describe("ledoitWolfCovariance", () => {
  it("does not shrink a single asset", () => {
    const { covariance, shrinkage } = ledoitWolfCovariance(matrixFromRows([[1], [3]]));

    expect(shrinkage).toBe(0);
    expect(covariance.values[0]).toBe(1);
  });

  it("is zero for constant prices", () => {
    const { covariance, shrinkage } = ledoitWolfCovariance(
      matrixFromRows([
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    );

    expect(Array.from(covariance.values)).toEqual([0, 0, 0, 0]);
    expect(shrinkage).toBe(0);
  });

  it("keeps the trace and shrinks by a fraction", () => {
    const entry = fc
      .double({ min: -1, max: 1, noNaN: true })
      .map((x) => (Math.abs(x) < 1e-30 ? 0 : x));

    fc.assert(
      fc.property(
        fc.array(fc.tuple(entry, entry, entry), { minLength: 2, maxLength: 12 }),
        (rows) => {
          const { covariance, shrinkage } = ledoitWolfCovariance(matrixFromRows(rows));
          const sample = sampleCovariance(matrixFromRows(rows));
          const trace = ({ values }: Matrix) => values[0] + values[4] + values[8];
          const biased = (trace(sample) * (rows.length - 1)) / rows.length;
          expect(shrinkage).toBeGreaterThanOrEqual(0);
          expect(shrinkage).toBeLessThanOrEqual(1);
          expect(trace(covariance)).toBeCloseTo(biased, 12);
        },
      ),
    );
  });
});

describe("correlationFromCovariance", () => {
  it("divides by both deviations, and gives 0 for an asset without variance", () => {
    const correlation = correlationFromCovariance(
      matrixFromRows([
        [4, 3, 0],
        [3, 9, 0],
        [0, 0, 0],
      ]),
    );

    expect(Array.from(correlation.values)).toEqual([1, 0.5, 0, 0.5, 1, 0, 0, 0, 1]);
  });
});

describe("repairPositiveSemidefinite", () => {
  it("clips a negative eigenvalue and reports it", () => {
    // By hand: eigenvalues 3 along (1, 1) and −1 along (1, −1); clipping −1 adds ½ and −½.
    const repair = repairPositiveSemidefinite(
      matrixFromRows([
        [1, 2],
        [2, 1],
      ]),
    );

    expect(repair.repaired).toBe(true);
    expect(repair.smallestEigenvalue).toBeCloseTo(-1, 14);
    expect(repair.largestEigenvalue).toBeCloseTo(3, 14);
    expect(repair.frobeniusChange).toBeCloseTo(1, 14);
    expect(largestDifference(repair.covariance.values, [1.5, 1.5, 1.5, 1.5])).toBeLessThan(1e-14);
  });

  it("hands back a covariance of fewer days than assets as it is", () => {
    const covariance = sampleCovariance(matrixOf(reference.wide.returns, 20));

    const repair = repairPositiveSemidefinite(covariance);

    expect(repair.repaired).toBe(false);
    expect(repair.covariance).toBe(covariance);
    expect(repair.frobeniusChange).toBe(0);
  });

  it("keeps the correlations of what is left of a mostly negative matrix", () => {
    // By hand: eigenvalue 1e-9 along u = (1, 2, 3)/√14, and −1 across it; 1e-9·uu' is left.
    const u = [1, 2, 3].map((x) => x / Math.sqrt(14));
    const rows = u.map((a, i) => u.map((b, j) => (1 + 1e-9) * a * b - (i === j ? 1 : 0)));

    const { covariance } = repairPositiveSemidefinite(matrixFromRows(rows));

    const rest = u.flatMap((a) => u.map((b) => 1e-9 * a * b));
    expect(largestDifference(covariance.values, rest)).toBeLessThan(1e-15);
    const correlations = correlationFromCovariance(covariance).values;
    expect(largestDifference(correlations, new Float64Array(9).fill(1))).toBeLessThan(1e-12);
  });

  it("repairs what is indefinite only beside small variances, and keeps those", () => {
    // By hand: the last two assets have correlation −2, which clipping brings to −1.
    const repair = repairPositiveSemidefinite(
      matrixFromRows([
        [1, 0, 0],
        [0, 1e-14, -2e-14],
        [0, -2e-14, 1e-14],
      ]),
    );

    expect(repair.repaired).toBe(true);
    const wanted = [1, 0, 0, 0, 1e-14, -1e-14, 0, -1e-14, 1e-14];
    expect(largestDifference(repair.covariance.values, wanted)).toBeLessThan(1e-28);
  });

  it("makes matrices that the optimizer takes", () => {
    const size = fc.double({ min: -9, max: 0, noNaN: true }).map((x) => 10 ** x);
    // Entries that are neither 0 nor next to it: variances near 1e-323 are refused as such.
    const entry = fc
      .double({ min: -1, max: 0.3, noNaN: true })
      .map((x) => (Math.abs(x) < 1e-6 ? 0 : x));
    const problem = fc.tuple(
      fc.array(entry, { minLength: 10, maxLength: 10 }),
      fc.array(size, { minLength: 4, maxLength: 4 }),
    );

    fc.assert(
      fc.property(problem, ([entries, sizes]) => {
        const rows = sizes.map((a, i) =>
          sizes.map((b, j) => {
            const [low, high] = [Math.min(i, j), Math.max(i, j)];
            return a * b * entries[low + (high * (high + 1)) / 2];
          }),
        );
        const { covariance } = repairPositiveSemidefinite(matrixFromRows(rows));
        const constraints = {
          lower: new Float64Array(4).fill(-1),
          upper: new Float64Array(4).fill(1),
          budget: 1,
          rows: [],
        };
        const expectedReturns = Float64Array.of(4, 3, 2, 1);
        const result = traceFrontier({ expectedReturns, covariance, constraints });
        expect(result.status).toBe("optimal");
      }),
      { numRuns: 2000 },
    );
  });

  it("makes any symmetric matrix a covariance, up to rounding of the input", () => {
    const entry = fc.integer({ min: -9, max: 9 });

    fc.assert(
      fc.property(fc.array(entry, { minLength: 10, maxLength: 10 }), (entries) => {
        const rows = Array.from({ length: 4 }, (_, i) =>
          Array.from({ length: 4 }, (_, j) => {
            const [low, high] = [Math.min(i, j), Math.max(i, j)];
            return entries[low + (high * (high + 1)) / 2];
          }),
        );
        const { covariance } = repairPositiveSemidefinite(matrixFromRows(rows));
        expect(() => requireCovariance(covariance)).not.toThrow();
        const { smallestEigenvalue } = repairPositiveSemidefinite(covariance);
        expect(smallestEigenvalue).toBeGreaterThan(-1e-10);
      }),
    );
  });

  it("rejects matrices without a meaning", () => {
    expect(() => repairPositiveSemidefinite(matrixFromRows([[1, 2]]))).toThrow(ArgumentError);
    expect(() => repairPositiveSemidefinite(matrixFromRows([[Number.NaN]]))).toThrow(ArgumentError);
    expect(repairPositiveSemidefinite(identity(3)).repaired).toBe(false);
  });
});
