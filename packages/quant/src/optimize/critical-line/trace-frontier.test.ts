import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastObjective } from "../../../test/brute-force.ts";
import { identity, largestDifference, matrixOf, readReference } from "../../../test/reference.ts";
import { expectSoundFrontier, trace } from "../../../test/sound-frontier.ts";
import { ArgumentError } from "../../errors.ts";
import { dot, type Matrix, matrixFromRows, quadraticForm } from "../../linalg/matrix.ts";
import { uniformSource } from "../../random/splitmix.ts";
import type { WeightConstraints } from "../constraints.ts";
import type { MeanVarianceProblem } from "../frontier.ts";
import { groupRow, type LinearRow } from "../linear-row.ts";
import { traceFrontier } from "./trace-frontier.ts";

function box(n: number, low: number, high: number, budget = 1, rows: readonly LinearRow[] = []) {
  return {
    lower: new Float64Array(n).fill(low),
    upper: new Float64Array(n).fill(high),
    budget,
    rows,
  };
}

function group(members: readonly number[], lower: number, upper: number): LinearRow {
  return groupRow(`group of ${members.length}`, members, { lower, upper });
}

function problem(
  mu: readonly number[],
  covariance: Matrix,
  constraints: WeightConstraints,
): MeanVarianceProblem {
  return { expectedReturns: Float64Array.from(mu), covariance, constraints };
}

const UNCORRELATED = matrixFromRows([
  [0.04, 0],
  [0, 0.01],
]);

describe("traceFrontier on cases worked by hand", () => {
  it("splits two uncorrelated assets by inverse variance", () => {
    // By hand: the second asset enters at λ = σ₁²/(μ₁ − μ₂) = 0.04/0.05; w = (1/5, 4/5) at λ = 0.
    const points = trace(problem([0.1, 0.05], UNCORRELATED, box(2, 0, 1)));

    expect(points.map(({ lambda }) => lambda)).toEqual([expect.closeTo(0.8, 12), 0]);
    expect(Array.from(points[0].weights)).toEqual([1, 0]);
    expect(largestDifference(points[1].weights, [0.2, 0.8])).toBeLessThan(1e-14);
    expect(points[1].variance).toBeCloseTo(0.008, 15);
    expect(points[1].expectedReturn).toBeCloseTo(0.06, 15);
  });

  it("stops at a cap, and turns there", () => {
    const points = trace(problem([0.1, 0.05], UNCORRELATED, box(2, 0, 0.7)));

    // By hand: 0.04·w − 0.01·(1 − w) = 0.05·λ at w = 0.7.
    expect(largestDifference(points[0].weights, [0.7, 0.3])).toBeLessThan(1e-14);
    expect(points[0].lambda).toBeCloseTo((0.04 * 0.7 - 0.01 * 0.3) / 0.05, 13);
    expect(largestDifference(points[1].weights, [0.3, 0.7])).toBeLessThan(1e-14);
  });

  it("goes short when bounds allow it", () => {
    const covariance = matrixFromRows([
      [0.04, 0.03],
      [0.03, 0.04],
    ]);
    const points = trace(problem([0.1, 0], covariance, box(2, -1, 2)));

    expect(Array.from(points[0].weights)).toEqual([2, -1]);
    expect(largestDifference(points[1].weights, [0.5, 0.5])).toBeLessThan(1e-14);
  });

  it("holds a group at its limit until leaving it pays", () => {
    const points = trace(
      problem([0.3, 0.2, 0.1], identity(3), box(3, 0, 1, 1, [group([0, 1], 0.2, 0.5)])),
    );

    // By hand: the best mix is (½, 0, ½). Asset 1 enters where ½ = 0.1·λ. Without the limit the
    // group would hold ⅔ at the minimum variance, so it stays at ½, split equally.
    expect(largestDifference(points[0].weights, [0.5, 0, 0.5])).toBeLessThan(1e-14);
    expect(points[0].lambda).toBeCloseTo(5, 12);
    expect(largestDifference(points[points.length - 1].weights, [0.25, 0.25, 0.5])).toBeLessThan(
      1e-14,
    );
  });
});

describe("traceFrontier on degenerate input", () => {
  it("gives one point for one asset", () => {
    const points = trace(problem([0.1], matrixFromRows([[0.04]]), box(1, 0, 1)));

    expect(points).toEqual([
      { weights: Float64Array.of(1), expectedReturn: 0.1, variance: 0.04, lambda: 0 },
    ]);
  });

  it("gives the minimum variance alone when all expected returns are equal", () => {
    const points = trace(problem([0.07, 0.07], UNCORRELATED, box(2, 0, 1)));

    expect(points.length).toBe(1);
    expect(largestDifference(points[0].weights, [0.2, 0.8])).toBeLessThan(1e-14);
  });

  it("starts at the least variance among the portfolios of greatest return", () => {
    const covariance = matrixFromRows([
      [0.04, 0, 0],
      [0, 0.01, 0],
      [0, 0, 0.0001],
    ]);
    const points = trace(problem([0.1, 0.1, 0.02], covariance, box(3, 0, 1)));

    expect(largestDifference(points[0].weights, [0.2, 0.8, 0])).toBeLessThan(1e-14);
    expect(points[0].lambda).toBeCloseTo(0.008 / 0.08, 13);
  });

  it("gives the greatest return where nothing has variance", () => {
    const points = trace(
      problem(
        [0.1, 0.3, 0.2],
        matrixFromRows([
          [0, 0, 0],
          [0, 0, 0],
          [0, 0, 0],
        ]),
        box(3, 0, 0.6),
      ),
    );

    expect(points.length).toBe(1);
    expect(largestDifference(points[0].weights, [0, 0.6, 0.4])).toBeLessThan(1e-15);
    expect(points[0].variance).toBe(0);
  });

  it("ends in the riskless asset of greatest return", () => {
    const covariance = matrixFromRows([
      [0.04, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    const points = trace(problem([0.1, 0.01, 0.02], covariance, box(3, 0, 1)));

    expect(Array.from(points[points.length - 1].weights)).toEqual([0, 0, 1]);
    expect(points.length).toBe(2);
  });

  it("treats a duplicate of an asset as the asset", () => {
    const twice = matrixFromRows([
      [0.04, 0.04, 0.01],
      [0.04, 0.04, 0.01],
      [0.01, 0.01, 0.02],
    ]);
    const once = matrixFromRows([
      [0.04, 0.01],
      [0.01, 0.02],
    ]);
    const points = expectSoundFrontier(problem([0.1, 0.1, 0.05], twice, box(3, 0, 1)));
    const plain = trace(problem([0.1, 0.05], once, box(2, 0, 1)));

    expect(points.map(({ variance }) => variance)).toEqual(
      plain.map(({ variance }) => expect.closeTo(variance, 15)),
    );
  });

  it("accepts bounds that leave no room", () => {
    const covariance = matrixFromRows([
      [0.04, 0.01, 0],
      [0.01, 0.03, 0],
      [0, 0, 0.02],
    ]);
    const fixed = Float64Array.of(0.2, 0.3, 0.5);
    const mu = [0.1, 0.2, 0.3];

    for (const constraints of [
      { lower: fixed, upper: fixed, budget: 1, rows: [] },
      { lower: fixed, upper: new Float64Array(3).fill(1), budget: 1, rows: [] },
      { lower: new Float64Array(3), upper: fixed, budget: 1, rows: [group([0, 1], 0.5, 0.5)] },
      // Ten bounds of 0.1 sum to 0.9999999999999999.
    ]) {
      const points = trace(problem(mu, covariance, constraints));
      expect(points.length).toBe(1);
      expect(largestDifference(points[0].weights, fixed)).toBeLessThan(1e-15);
    }
    const tenths = trace(
      problem(
        Array.from({ length: 10 }, (_, i) => i),
        identity(10),
        box(10, 0.1, 1),
      ),
    );
    expect(largestDifference(tenths[0].weights, new Float64Array(10).fill(0.1))).toBeLessThan(
      1e-15,
    );
  });

  it("passes corners at which no asset is free", () => {
    const points = expectSoundFrontier(problem([4, 3, 2, 1], identity(4), box(4, 0, 0.5)));

    expect(Array.from(points[0].weights)).toEqual([0.5, 0.5, 0, 0]);
  });

  it("shows a kink twice, with the λ at both of its ends", () => {
    // By hand: asset 0 reaches 0 at λ = (0.09 − 0.01)/0.1, asset 2 enters at λ = 0.01/0.05.
    const covariance = matrixFromRows([
      [1, 0.09, 0],
      [0.09, 0.01, 0],
      [0, 0, 0.04],
    ]);
    const points = expectSoundFrontier(problem([0.2, 0.1, 0.05], covariance, box(3, 0, 1)));

    const corner = points.filter(({ weights }) => largestDifference(weights, [0, 1, 0]) < 1e-14);
    expect(corner.map(({ lambda }) => lambda)).toEqual([
      expect.closeTo(0.8, 12),
      expect.closeTo(0.2, 12),
    ]);
  });

  it("handles fewer days than assets", () => {
    const uniform = uniformSource(11);
    const rows = Array.from({ length: 5 }, () => Array.from({ length: 12 }, () => uniform() - 0.5));
    const x = matrixFromRows(rows);
    const covariance = matrixFromRows(
      Array.from({ length: 12 }, (_, i) =>
        Array.from({ length: 12 }, (_, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)),
      ),
    );

    const points = expectSoundFrontier(
      problem(Array.from(x.values.subarray(0, 12)), covariance, box(12, -0.2, 0.5)),
    );

    expect(points[points.length - 1].variance).toBeLessThan(1e-15);
  });

  it("accepts redundant, overlapping and empty groups", () => {
    const groups = [
      group([0, 1, 2, 3], 1, 1),
      group([0, 1], 0.4, 0.4),
      group([2, 3], 0.6, 0.6),
      group([1, 2], 0.1, 0.7),
      group([1, 2], 0.1, 0.7),
      group([], 0, 0),
    ];
    const input = problem([4, 1, 3, 2], identity(4), box(4, 0, 1, 1, groups));

    const points = expectSoundFrontier(input);

    expect(largestDifference(points[0].weights, [0.4, 0, 0.6, 0])).toBeLessThan(1e-14);
    expect(largestDifference(points[points.length - 1].weights, [0.2, 0.2, 0.3, 0.3])).toBeLessThan(
      1e-14,
    );
  });

  it("balances a dollar-neutral budget", () => {
    const points = trace(problem([0.2, 0.1, 0], identity(3), box(3, -0.5, 0.5, 0)));

    expect(Array.from(points[0].weights)).toEqual([0.5, 0, -0.5]);
    expect(largestDifference(points[points.length - 1].weights, [0, 0, 0])).toBeLessThan(1e-16);
  });
});

describe("traceFrontier on what it cannot solve", () => {
  it("names the conflict of infeasible constraints", () => {
    const result = traceFrontier(problem([1, 2], identity(2), box(2, 0.6, 1)));

    expect(result).toMatchObject({
      status: "infeasible",
      conflicts: [
        {
          kind: "minimums-exceed-budget",
          message: "minimum weights sum to 120 %, more than the budget of 100 %",
        },
      ],
    });
  });

  it("names bounds that cross", () => {
    const crossed = {
      ...box(2, 0, 1),
      lower: Float64Array.of(0.5, 0),
      upper: Float64Array.of(0.2, 1),
    };

    expect(traceFrontier(problem([1, 2], identity(2), crossed))).toMatchObject({
      status: "infeasible",
      conflicts: [{ kind: "asset-bounds", total: 0.5, limit: 0.2 }],
    });
  });

  it("judges feasibility alike in any unit of weights", () => {
    // Too much by 1 in 100 000, and too much by rounding only.
    for (const unit of [1e-9, 1, 1e9]) {
      const infeasible = {
        ...box(4, 0.25 * unit, unit, unit),
        lower: new Float64Array(4).fill(0.250_002_5 * unit),
      };
      const feasible = {
        ...infeasible,
        lower: new Float64Array(4).fill(0.25 * unit * (1 + 1e-15)),
      };
      expect(traceFrontier(problem([1, 2, 3, 4], identity(4), infeasible)).status).toBe(
        "infeasible",
      );
      expect(traceFrontier(problem([1, 2, 3, 4], identity(4), feasible)).status).toBe("optimal");
    }
  });

  it("rejects arguments without a meaning", () => {
    const good = box(2, 0, 1);
    const wrong: readonly MeanVarianceProblem[] = [
      problem([1], identity(2), good),
      problem([1, 2], identity(3), good),
      problem([1, Number.NaN], identity(2), good),
      problem(
        [1, 2],
        matrixFromRows([
          [1, 2],
          [2, 1],
        ]),
        good,
      ),
      problem(
        [1, 2],
        matrixFromRows([
          [1, 0.5],
          [0, 1],
        ]),
        good,
      ),
      problem([1, 2], identity(2), { ...good, budget: Number.NaN }),
      problem([1, 2], identity(2), {
        ...good,
        upper: Float64Array.of(1, Number.POSITIVE_INFINITY),
      }),
      problem([1, 2], identity(2), { ...good, upper: Float64Array.of(1) }),
      problem([1, 2], identity(2), box(2, 0, 1, 1, [group([0, 0], 0, 1)])),
      problem([1, 2], identity(2), box(2, 0, 1, 1, [group([2], 0, 1)])),
      problem([1, 2], identity(2), box(2, 0, 1, 1, [group([1], Number.NaN, 1)])),
      problem([], matrixFromRows([]), box(0, 0, 1)),
    ];
    for (const input of wrong) {
      expect(() => traceFrontier(input)).toThrow(ArgumentError);
    }
  });

  it("rejects a covariance that is not positive semidefinite along the path", () => {
    // By hand: equal weights have variance (3 − 6·0.9)/9 < 0.
    const covariance = matrixFromRows([
      [1, -0.9, -0.9],
      [-0.9, 1, -0.9],
      [-0.9, -0.9, 1],
    ]);

    expect(() => traceFrontier(problem([3, 2, 1], covariance, box(3, 0, 1)))).toThrow(
      /positive semidefinite/,
    );
  });
});

interface Bailey {
  readonly expectedReturns: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  readonly turningPoints: readonly (readonly number[])[];
}

interface FrontierReference {
  readonly expectedReturns: readonly number[];
  readonly covariance: readonly number[];
  readonly cases: readonly {
    readonly name: string;
    readonly turningPoints?: readonly {
      readonly weights: readonly number[];
      readonly lambda: number;
    }[];
  }[];
}

describe("traceFrontier against published and independent frontiers", () => {
  it("has the turning points of Bailey and López de Prado's example", () => {
    const reference = readReference<Bailey>("bailey-lopez-de-prado.json");
    const input = problem(
      reference.expectedReturns,
      matrixFromRows(reference.covariance),
      box(10, 0, 1),
    );

    const points = expectSoundFrontier(input);

    expect(points.length).toBe(reference.turningPoints.length);
    for (const [k, weights] of reference.turningPoints.entries()) {
      expect(largestDifference(points[k].weights, weights)).toBeLessThan(1e-8);
    }
  });

  it("has the turning points that cvxcla finds for 20 stocks", () => {
    const reference = readReference<FrontierReference>("frontier.json");
    const peer = reference.cases.find(({ name }) => name === "longOnly")?.turningPoints ?? [];
    const input = problem(
      reference.expectedReturns,
      matrixOf(reference.covariance, 20),
      box(20, 0, 1),
    );

    const points = expectSoundFrontier(input);

    expect(peer.length).toBeGreaterThan(5);
    expect(points.length).toBe(peer.length);
    for (const [k, point] of peer.entries()) {
      expect(largestDifference(points[k].weights, point.weights)).toBeLessThan(1e-9);
      expect(Math.abs(points[k].lambda - point.lambda)).toBeLessThan(1e-9 * (1 + point.lambda));
    }
  });
});

// Small whole numbers make ties, duplicates, singular covariances and degenerate corners common.
const smallProblem = fc.integer({ min: 1, max: 5 }).chain((n) => {
  const whole = (min: number, max: number) =>
    fc.array(fc.integer({ min, max }), { minLength: n, maxLength: n });
  const groups = fc.array(
    fc.tuple(
      fc.subarray(Array.from({ length: n }, (_, i) => i)),
      fc.integer({ min: -4, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
    ),
    { maxLength: 2 },
  );
  return fc
    .tuple(
      fc.array(whole(-2, 2), { minLength: 1, maxLength: 4 }),
      whole(-2, 2),
      whole(-2, 1),
      whole(0, 4),
      fc.integer({ min: -2, max: 4 }),
      groups,
    )
    .map(([loadings, mu, low, width, budget, limits]) =>
      problem(
        mu,
        matrixFromRows(
          Array.from({ length: n }, (_, i) =>
            Array.from({ length: n }, (_, j) => loadings.reduce((sum, f) => sum + f[i] * f[j], 0)),
          ),
        ),
        {
          lower: Float64Array.from(low, (x) => x / 4),
          upper: Float64Array.from(low, (x, i) => (x + width[i]) / 4),
          budget: budget / 4,
          rows: limits.map(([members, lower, width2]) =>
            group(members, lower / 4, (lower + width2) / 4),
          ),
        },
      ),
    );
});

describe("traceFrontier on random degenerate problems", () => {
  it("is optimal at every turning point and between them", () => {
    fc.assert(
      fc.property(smallProblem, (input) => {
        if (traceFrontier(input).status === "optimal") {
          expectSoundFrontier(input);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("reaches the objective that trying every working set finds", () => {
    fc.assert(
      fc.property(smallProblem, fc.double({ min: 0, max: 3, noNaN: true }), (input, lambda) => {
        const { covariance, expectedReturns, constraints } = input;
        const least = leastObjective(covariance, expectedReturns, lambda, constraints);
        const result = traceFrontier(input);
        expect(result.status).toBe(Number.isFinite(least) ? "optimal" : "infeasible");
        if (result.status === "optimal") {
          const points = result.frontier.turningPoints;
          const k = Math.max(
            0,
            points.findLastIndex((point) => point.lambda >= lambda),
          );
          const [from, to] = [points[k], points[k + 1] ?? points[k]];
          const fraction =
            from.lambda > to.lambda && lambda < from.lambda
              ? (from.lambda - lambda) / (from.lambda - to.lambda)
              : 0;
          const weights = from.weights.map((w, i) => w + fraction * (to.weights[i] - w));
          const objective =
            quadraticForm(covariance, weights) / 2 - lambda * dot(expectedReturns, weights);
          expect(Math.abs(objective - least)).toBeLessThan(1e-9 * (1 + Math.abs(least)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on the order of assets or on units", () => {
    fc.assert(
      fc.property(smallProblem, fc.constantFrom(1e-6, 1, 1e5), (input, scale) => {
        const result = traceFrontier(input);
        if (result.status !== "optimal") {
          return;
        }
        const n = input.expectedReturns.length;
        const flip = (x: Float64Array, factor: number) =>
          Float64Array.from(x, (_, i) => x[n - 1 - i] * factor);
        const other = trace({
          expectedReturns: flip(input.expectedReturns, scale),
          covariance: {
            ...input.covariance,
            values: Float64Array.from(input.covariance.values)
              .reverse()
              .map((x) => x * scale * scale),
          },
          constraints: {
            lower: flip(input.constraints.lower, 1),
            upper: flip(input.constraints.upper, 1),
            budget: input.constraints.budget,
            rows: input.constraints.rows.map((one) => ({
              ...one,
              assets: one.assets.map((i) => n - 1 - i),
            })),
          },
        });
        const points = result.frontier.turningPoints;
        for (const [mine, theirs] of [
          [points[0], other[0]],
          [points[points.length - 1], other[other.length - 1]],
        ]) {
          expect(theirs.expectedReturn / scale).toBeCloseTo(mine.expectedReturn, 9);
          expect(theirs.variance / (scale * scale)).toBeCloseTo(mine.variance, 9);
        }
      }),
      { numRuns: 200 },
    );
  });
});
