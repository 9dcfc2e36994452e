import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastObjective } from "../../../test/brute-force.ts";
import { identity, largestDifference, matrixOf, readReference } from "../../../test/reference.ts";
import { expectSoundFrontier, trace } from "../../../test/sound-frontier.ts";
import { ArgumentError } from "../../errors.ts";
import { dot, matrixFromRows, multiplyVector, quadraticForm } from "../../linalg/matrix.ts";
import { constraintSize, linearSystem, type WeightConstraints } from "../constraints.ts";
import type { EfficientFrontier, MeanVarianceProblem, TurningPoint } from "../frontier.ts";
import { pointOnSegment } from "../frontier-point.ts";
import { denseRow, rowSize, rowValue } from "../linear-row.ts";
import { certifyFrontier, provePoint } from "../point-certificate.ts";
import { traceFrontier } from "./trace-frontier.ts";

describe("traceFrontier with general rows", () => {
  it("keeps to a ratio of two weights", () => {
    // By hand: with a ≥ 2b and a + b = 1, least variance is at a = 2/3 instead of 1/5.
    const points = trace({
      expectedReturns: Float64Array.of(0.1, 0.05),
      covariance: matrixFromRows([
        [0.04, 0],
        [0, 0.01],
      ]),
      constraints: {
        lower: new Float64Array(2),
        upper: new Float64Array(2).fill(1),
        budget: 1,
        rows: [denseRow("ratio", [1, -2], { lower: 0, upper: Number.POSITIVE_INFINITY })],
      },
    });

    expect(largestDifference(points[points.length - 1].weights, [2 / 3, 1 / 3])).toBeLessThan(
      1e-15,
    );
  });

  it("chooses how much to invest where the budget is a range", () => {
    // By hand: w = λμ/σ² until the sum reaches 1, so all of it is invested from λ = 1/(2 + 5) on,
    // and the least that may be at 0.2.
    const points = trace({
      expectedReturns: Float64Array.of(0.08, 0.05),
      covariance: matrixFromRows([
        [0.04, 0],
        [0, 0.01],
      ]),
      constraints: {
        lower: new Float64Array(2),
        upper: new Float64Array(2).fill(1),
        budget: { lower: 0.2, upper: 1 },
        rows: [],
      },
    });

    const full = points.find(({ lambda }) => Math.abs(lambda - 1 / 7) < 1e-12);
    expect(largestDifference(full?.weights ?? [], [2 / 7, 5 / 7])).toBeLessThan(1e-14);
    // Of least variance is 1 : 4.
    const last = points[points.length - 1].weights;
    expect(largestDifference(last, [0.04, 0.16])).toBeLessThan(1e-14);
  });

  it("prices a row by what it costs", () => {
    // The least ½(a² + b² + c²) with a + b + c = 1 and 2a + b ≥ 1.5, and its difference quotient.
    const least = (limit: number) => {
      const { frontier } = solved(limit);
      return frontier.turningPoints[frontier.turningPoints.length - 1].variance / 2;
    };
    const solved = (limit: number) => {
      const result = traceFrontier({
        expectedReturns: Float64Array.of(0, 0, 0),
        covariance: identity(3),
        constraints: {
          lower: new Float64Array(3).fill(-1),
          upper: new Float64Array(3).fill(1),
          budget: 1,
          rows: [denseRow("mix", [2, 1, 0], { lower: limit, upper: Number.POSITIVE_INFINITY })],
        },
      });
      if (result.status !== "optimal") {
        throw new Error("infeasible");
      }
      return result;
    };
    const { frontier } = solved(1.5);
    const point = pointOnSegment(frontier, frontier.turningPoints.length - 1, 0);
    const { multipliers } = provePoint(frontier.problem, point, 0);

    expect(multipliers.rows[1]).toBeCloseTo((least(1.5 + 1e-6) - least(1.5 - 1e-6)) / 2e-6, 8);
    expect(multipliers.rows[1]).toBeGreaterThan(0.1);
  });
});

// Small whole numbers make ties, singular covariances, dependent rows and degenerate corners common.
const smallProblem = fc.integer({ min: 1, max: 4 }).chain((n) => {
  const whole = (min: number, max: number) =>
    fc.array(fc.integer({ min, max }), { minLength: n, maxLength: n });
  const row = fc.tuple(
    whole(-3, 3),
    fc.integer({ min: -4, max: 4 }),
    fc.integer({ min: 0, max: 6 }),
  );
  return fc
    .record({
      loadings: fc.array(whole(-2, 2), { minLength: 1, maxLength: 4 }),
      mu: whole(-2, 2),
      low: whole(-2, 1),
      width: whole(0, 4),
      budget: fc.tuple(fc.integer({ min: -2, max: 4 }), fc.integer({ min: 0, max: 3 })),
      rows: fc.array(row, { maxLength: 2 }),
    })
    .map(
      ({ loadings, mu, low, width, budget, rows }): MeanVarianceProblem => ({
        expectedReturns: Float64Array.from(mu),
        covariance: matrixFromRows(
          low.map((_, i) => low.map((__, j) => loadings.reduce((sum, f) => sum + f[i] * f[j], 0))),
        ),
        constraints: {
          lower: Float64Array.from(low, (x) => x / 4),
          upper: Float64Array.from(low, (x, i) => (x + width[i]) / 4),
          budget: { lower: budget[0] / 4, upper: (budget[0] + budget[1]) / 4 },
          rows: rows.map(([coefficients, lower, size], k) =>
            denseRow(`row ${k}`, coefficients, { lower: lower / 4, upper: (lower + size) / 4 }),
          ),
        },
      }),
    );
});

function frontierOf(problem: MeanVarianceProblem): EfficientFrontier | undefined {
  const result = traceFrontier(problem);
  return result.status === "optimal" ? result.frontier : undefined;
}

describe("traceFrontier on random rows and budgets", () => {
  it("is optimal at every turning point and between them, and proves it", () => {
    fc.assert(
      fc.property(smallProblem, (problem) => {
        const frontier = frontierOf(problem);
        if (frontier !== undefined) {
          expectSoundFrontier(problem);
          const { primalResidual, dualResidual, gap } = certifyFrontier(frontier);
          expect(Math.max(primalResidual, dualResidual, gap)).toBeLessThan(1e-10);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("reaches the objective that trying every working set finds", () => {
    fc.assert(
      fc.property(smallProblem, fc.double({ min: 0, max: 3, noNaN: true }), (problem, lambda) => {
        const { covariance, expectedReturns, constraints } = problem;
        const least = leastObjective(covariance, expectedReturns, lambda, constraints);
        const frontier = frontierOf(problem);
        expect(frontier !== undefined).toBe(Number.isFinite(least));
        if (frontier !== undefined) {
          const weights = weightsAt(frontier, lambda);
          const objective =
            quadraticForm(covariance, weights) / 2 - lambda * dot(expectedReturns, weights);
          expect(Math.abs(objective - least)).toBeLessThan(1e-9 * (1 + Math.abs(least)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("has multipliers of the right sign, of which the gradient is made", () => {
    fc.assert(
      fc.property(smallProblem, (problem) => {
        for (const point of frontierOf(problem)?.turningPoints ?? []) {
          expectProof(problem, point);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function weightsAt({ turningPoints: points }: EfficientFrontier, lambda: number): Float64Array {
  const k = Math.max(
    0,
    points.findLastIndex((point) => point.lambda >= lambda),
  );
  const [from, to] = [points[k], points[k + 1] ?? points[k]];
  const isBetween = from.lambda > to.lambda && lambda < from.lambda;
  const fraction = isBetween ? (from.lambda - lambda) / (from.lambda - to.lambda) : 0;
  return from.weights.map((w, i) => w + fraction * (to.weights[i] - w));
}

/** Expects multipliers to price binding limits only, and to add up to the gradient. */
function expectProof(problem: MeanVarianceProblem, { weights, lambda }: TurningPoint): void {
  const { covariance, expectedReturns, constraints } = problem;
  const { multipliers } = provePoint(problem, { weights, lambda }, 0);
  const { rows, rowLower, rowUpper, lower, upper } = linearSystem(constraints);
  expectBinding(multipliers.rows, multiplyVector(rows, weights), rowLower, rowUpper);
  expectBinding(multipliers.bounds, weights, lower, upper);
  const risk = multiplyVector(covariance, weights);
  for (let i = 0; i < weights.length; i++) {
    const column = multipliers.rows.map((_, r) => rows.values[r * rows.cols + i]);
    const price = multipliers.bounds[i] + dot(multipliers.rows, column);
    expect(price).toBeCloseTo(risk[i] - lambda * expectedReturns[i], 9);
  }
}

function expectBinding(
  multipliers: Float64Array,
  values: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): void {
  for (const [i, y] of multipliers.entries()) {
    const room = y > 0 ? values[i] - lower[i] : upper[i] - values[i];
    expect(y === 0 || room < 1e-8).toBe(true);
  }
}

interface UnevenProblem {
  readonly isSolved: boolean;
  readonly mu: readonly number[];
  readonly S: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly budget: WeightConstraints["budget"];
  readonly rows: readonly {
    readonly coefficients: readonly number[];
    readonly assets: readonly number[];
    readonly lower: number | null;
    readonly upper: number | null;
  }[];
}

describe("traceFrontier on the worst rows of 250,000 random problems", () => {
  // Random problems whose rows were broken before the tableau was computed afresh. Coefficients
  // differ by five orders of magnitude, some assets have no variance, some bounds no room.
  it.each([...readReference<readonly UnevenProblem[]>("uneven-rows.json").entries()])(
    "keeps to the rows of problem %d, or refuses it by name",
    (_, { isSolved, mu, S, lower, upper, budget, rows }) => {
      const constraints = {
        lower: Float64Array.from(lower),
        upper: Float64Array.from(upper),
        budget,
        rows: rows.map((row, k) => ({
          ...row,
          name: `row ${k}`,
          lower: row.lower ?? Number.NEGATIVE_INFINITY,
          upper: row.upper ?? Number.POSITIVE_INFINITY,
        })),
      };
      const problem = {
        expectedReturns: Float64Array.from(mu),
        covariance: matrixOf(S, mu.length),
        constraints,
      };
      if (!isSolved) {
        expect(() => trace(problem)).toThrow(ArgumentError);
        return;
      }

      for (const { weights } of trace(problem)) {
        for (const row of constraints.rows) {
          const value = rowValue(row, weights);
          const excess = Math.max(row.lower - value, value - row.upper);
          expect(excess / (rowSize(row) * constraintSize(constraints))).toBeLessThan(1e-9);
        }
      }
    },
  );
});
