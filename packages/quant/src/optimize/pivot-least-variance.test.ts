import { describe, expect, it } from "vitest";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { uniformSource } from "../random/splitmix.ts";
import { traceFrontier } from "./critical-line/trace-frontier.ts";
import type { MeanVarianceProblem } from "./frontier.ts";
import { leastVariance } from "./least-variance.ts";
import { pivotLeastVariance } from "./pivot-least-variance.ts";
import { provePoint } from "./point-certificate.ts";

const ASSET_COUNT = 40;

/** Returns of one factor and noise. */
function returnsOf(seed: number, rows: number): Matrix {
  const uniform = uniformSource(seed);
  const loadings = Array.from({ length: ASSET_COUNT }, () => 0.4 + uniform());
  const values = new Float64Array(rows * ASSET_COUNT);
  for (let t = 0; t < rows; t++) {
    const factor = 0.02 * (uniform() - 0.5);
    for (let i = 0; i < ASSET_COUNT; i++) {
      values[t * ASSET_COUNT + i] = loadings[i] * factor + 0.02 * (uniform() - 0.5);
    }
  }
  return { rows, cols: ASSET_COUNT, values };
}

const BOXES = [
  { lower: 0, upper: 1, budget: 1 },
  { lower: 0, upper: 0.04, budget: 1 },
  { lower: -0.02, upper: 0.08, budget: 1 },
  { lower: -0.1, upper: -0.01, budget: -2 },
  { lower: -0.1, upper: 0.1, budget: 0 },
];

function problemOf(covariance: Matrix, box: (typeof BOXES)[number]): MeanVarianceProblem {
  const n = covariance.cols;
  return {
    expectedReturns: Float64Array.from({ length: n }, (_, i) => i / n),
    covariance,
    constraints: {
      lower: new Float64Array(n).fill(box.lower),
      // The first asset is held where it is.
      upper: new Float64Array(n).fill(box.upper).fill(box.lower, 0, 1),
      budget: box.budget,
      rows: [],
    },
  };
}

function leastOf(problem: MeanVarianceProblem, near?: Float64Array) {
  const result = leastVariance(problem, near);
  if (result?.status !== "optimal") {
    throw new Error("no optimum");
  }
  return result.frontier.turningPoints[0];
}

describe("pivotLeastVariance", () => {
  it.each(BOXES)("ends where the frontier ends: $lower to $upper, sum $budget", (box) => {
    for (let seed = 1; seed <= 6; seed++) {
      const problem = problemOf(sampleCovariance(returnsOf(seed, 300)), box);
      const { covariance, constraints } = problem;
      const whole = traceFrontier(problem);

      const found = pivotLeastVariance({ covariance, constraints, budget: box.budget }, [3, 4, 5]);

      if (whole.status !== "optimal" || found === undefined) {
        throw new Error("no optimum");
      }
      const expected = whole.frontier.turningPoints.at(-1)?.weights ?? [];
      found.weights.forEach((weight, i) => {
        expect(Math.abs(weight - expected[i])).toBeLessThan(1e-10);
      });
      const { certificate } = provePoint(problem, { weights: found.weights, lambda: 0 }, 0);
      expect(certificate.dualResidual).toBeLessThan(1e-12);
      expect(certificate.primalResidual).toBeLessThan(1e-12);
      expect(certificate.gap).toBeLessThan(1e-12);
    }
  });

  it("finds nothing where no weights add up to the sum, or Σ is singular", () => {
    const problem = problemOf(sampleCovariance(returnsOf(1, 300)), BOXES[0]);
    const { covariance, constraints } = problem;
    const zero = { ...covariance, values: new Float64Array(ASSET_COUNT ** 2) };

    expect(pivotLeastVariance({ covariance, constraints, budget: 50 }, [3])).toBeUndefined();
    expect(pivotLeastVariance({ covariance: zero, constraints, budget: 1 }, [3])).toBeUndefined();
    expect(pivotLeastVariance({ covariance, constraints, budget: 1 }, [])).toBeUndefined();
  });
});

describe("leastVariance near other weights", () => {
  it("gives the same bits from any of them, as a window slides", () => {
    const history = returnsOf(7, 600);
    let before: Float64Array | undefined;
    for (let start = 0; start + 252 <= history.rows; start += 21) {
      const values = history.values.subarray(start * ASSET_COUNT, (start + 252) * ASSET_COUNT);
      const problem = problemOf(sampleCovariance({ ...history, rows: 252, values }), BOXES[0]);

      const cold = leastOf(problem);
      const warm = leastOf(problem, before);

      expect(warm.weights).toEqual(cold.weights);
      expect(warm.variance).toBe(cold.variance);
      before = warm.weights;
    }
  });

  it("takes weights that are no guess at all", () => {
    const problem = problemOf(sampleCovariance(returnsOf(1, 300)), BOXES[0]);
    const cold = leastOf(problem);

    const fromNothing = leastOf(problem, new Float64Array(ASSET_COUNT));
    const fromNaN = leastOf(problem, new Float64Array(ASSET_COUNT).fill(Number.NaN));

    expect(fromNothing.variance).toBeCloseTo(cold.variance, 14);
    expect(fromNaN.variance).toBeCloseTo(cold.variance, 14);
  });

  it.each([
    { what: "more assets than days", days: 20, box: BOXES[1] },
    {
      what: "bounds with little room between",
      days: 300,
      box: { lower: 0.02, upper: 0.03, budget: 1 },
    },
  ])("finds a portfolio of $what", ({ days, box }) => {
    const problem = problemOf(sampleCovariance(returnsOf(1, days)), box);
    const whole = traceFrontier(problem);

    const result = leastVariance(problem) ?? whole;

    if (whole.status !== "optimal" || result.status !== "optimal") {
      throw new Error("no optimum");
    }
    const least = result.frontier.turningPoints.at(-1)?.variance ?? 1;
    const expected = whole.frontier.turningPoints.at(-1)?.variance ?? 0;
    expect(Math.abs(least - expected)).toBeLessThan(1e-12);
  });
});
