import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matrixOf, readReference } from "../../../test/reference.ts";
import { expectSoundFrontier, trace } from "../../../test/sound-frontier.ts";
import { ArgumentError } from "../../errors.ts";
import { type Matrix, matrixFromRows } from "../../linalg/matrix.ts";
import type { MeanVarianceProblem } from "../frontier.ts";
import { groupRow } from "../linear-row.ts";
import { traceFrontier } from "./trace-frontier.ts";

interface DegenerateCase {
  readonly name: string;
  readonly expectedReturns: readonly number[];
  readonly covariance: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly budget: number;
  readonly groups: readonly {
    readonly members: readonly number[];
    readonly lower: number | null;
    readonly upper: number | null;
  }[];
}

function problemOf(one: DegenerateCase): MeanVarianceProblem {
  return {
    expectedReturns: Float64Array.from(one.expectedReturns),
    covariance: matrixOf(one.covariance, one.expectedReturns.length),
    constraints: {
      lower: Float64Array.from(one.lower),
      upper: Float64Array.from(one.upper),
      budget: one.budget,
      rows: one.groups.map(({ members, lower, upper }, k) =>
        groupRow(`group ${k}`, members, {
          lower: lower ?? Number.NEGATIVE_INFINITY,
          upper: upper ?? Number.POSITIVE_INFINITY,
        }),
      ),
    },
  };
}

describe("traceFrontier on the worst of 800,000 random problems", () => {
  // Each failed before the numerics took account of it. The problems are random; nothing is in them
  // but what makes them hard.
  it.each(readReference<readonly DegenerateCase[]>("degenerate-frontiers.json"))("$name", (one) => {
    expectSoundFrontier(problemOf(one));
  });
});

// Volatilities over twelve orders of magnitude, low rank, bounds and groups around one point.
const wildProblem = fc.integer({ min: 1, max: 7 }).chain((n) => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: n, maxLength: n });
  const slack = fc.oneof(fc.constant(0), unit);
  const size = fc.oneof(
    fc.constantFrom(0, 1),
    fc.double({ min: -12, max: 0, noNaN: true }).map((x) => 10 ** x),
  );
  const group = fc.tuple(fc.subarray(Array.from({ length: n }, (_, i) => i)), slack, slack);
  return fc
    .tuple(
      some(fc.array(unit, { minLength: n, maxLength: n })),
      fc.integer({ min: 1, max: n }),
      some(size),
      some(fc.integer({ min: -3, max: 6 })),
      some(fc.tuple(fc.oneof(fc.constant(0), unit), slack, slack)),
      fc.array(group, { maxLength: 4 }),
    )
    .map(([loadings, rank, sizes, mu, bounds, limits]): MeanVarianceProblem => {
      const centers = bounds.map(([center]) => 2 * center - 0.5);
      const sumOf = (members: readonly number[]) => members.reduce((sum, i) => sum + centers[i], 0);
      return {
        expectedReturns: Float64Array.from(mu, (x) => x / 20),
        covariance: lowRank(
          loadings.map((f, i) => f.slice(0, rank).map((x) => (x - 0.4) * sizes[i])),
        ),
        constraints: {
          lower: Float64Array.from(bounds, ([, below], i) => centers[i] - below),
          upper: Float64Array.from(bounds, ([, , above], i) => centers[i] + above),
          budget: sumOf(Array.from(centers.keys())),
          rows: limits.map(([members, below, above], k) =>
            groupRow(`group ${k}`, members, {
              lower: sumOf(members) - below,
              upper: sumOf(members) + above,
            }),
          ),
        },
      };
    });
});

function lowRank(loadings: readonly (readonly number[])[]): Matrix {
  return matrixFromRows(
    loadings.map((a) => loadings.map((b) => a.reduce((sum, x, k) => sum + x * b[k], 0))),
  );
}

describe("traceFrontier on problems of mixed size", () => {
  it("finds every turn, whatever the spread of volatilities", () => {
    fc.assert(
      fc.property(wildProblem, (input) => {
        expectSoundFrontier(input);
      }),
      { numRuns: 2000 },
    );
  });

  it("takes an asset of next to no variance as riskless", () => {
    // By hand: as if the second variance were 0, the way is from (1, 0) to (0, 1).
    const covariance = matrixFromRows([
      [1, 1e-50],
      [1e-50, 1e-90],
    ]);
    const constraints = {
      lower: new Float64Array(2),
      upper: new Float64Array(2).fill(1),
      budget: 1,
      rows: [],
    };

    const points = trace({ expectedReturns: Float64Array.of(2, 1), covariance, constraints });

    expect(points.map(({ weights }) => Array.from(weights))).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(points.map(({ lambda }) => lambda)).toEqual([1, 0]);
  });

  it("is the same in units that are very small or very large", () => {
    const constraints = {
      lower: new Float64Array(2),
      upper: new Float64Array(2).fill(1),
      budget: 1,
      rows: [],
    };
    const covariance = (size: number) =>
      matrixFromRows([
        [0.04 * size, 0],
        [0, 0.01 * size],
      ]);

    for (const size of [1e-90, 1e90]) {
      const points = trace({
        expectedReturns: Float64Array.of(0.1, 0.05),
        covariance: covariance(size),
        constraints,
      });
      // By hand: variances of 4 to 1 are held 1 to 4 at the least variance.
      expect(points[1].weights[0]).toBeCloseTo(0.2, 14);
      expect(points[0].lambda / size).toBeCloseTo(0.8, 12);
    }
    for (const size of [1e-110, 1e110]) {
      expect(() =>
        traceFrontier({
          expectedReturns: Float64Array.of(0.1, 0.05),
          covariance: covariance(size),
          constraints,
        }),
      ).toThrow(ArgumentError);
    }
  });
});
