import { describe, expect, it } from "vitest";
import { matrixOf, readReference } from "../../../test/reference.ts";
import { ArgumentError } from "../../errors.ts";
import { dot, type Matrix, quadraticForm } from "../../linalg/matrix.ts";
import { traceFrontier } from "../critical-line/trace-frontier.ts";
import { maximumSharpe } from "../maximum-sharpe.ts";
import { type DiscreteGoal, discretePortfolio } from "./discrete-portfolio.ts";

interface Reference {
  readonly expectedReturns: readonly number[];
  readonly covariance: readonly number[];
}

const frontier = readReference<Reference>("frontier.json");
const N = 9;
const means = Float64Array.from(frontier.expectedReturns.slice(0, N));
const covariance = corner(matrixOf(frontier.covariance, 20), N);
const MEMBERS = Array.from({ length: N }, (_, i) => i);

function corner({ cols, values }: Matrix, n: number): Matrix {
  const kept = Float64Array.from(
    { length: n * n },
    (_, k) => values[Math.floor(k / n) * cols + (k % n)],
  );
  return { rows: n, cols: n, values: kept };
}

function problem(goal: DiscreteGoal, most: number, least: number, highest = 1) {
  return {
    expectedReturns: means,
    covariance,
    constraints: {
      lower: new Float64Array(N),
      upper: new Float64Array(N).fill(highest),
      budget: 1,
      rows: [],
    },
    discreteness: {
      holdings: {
        leastAbove: new Float64Array(N).fill(least),
        leastBelow: new Float64Array(N),
        counts: [{ members: MEMBERS, least: 0, most }],
      },
    },
    goal,
  };
}

function found(...input: Parameters<typeof discretePortfolio>) {
  const result = discretePortfolio(...input);
  if (result.status === "infeasible" || result.status === "unknown") {
    throw new Error(`the problem is ${result.status}`);
  }
  return result;
}

/** Finds the highest ratio over all choices of what is held, from exact frontiers. */
function highestRatio(most: number, least: number, highest: number, riskFreeRate: number): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let code = 1; code < 2 ** N; code++) {
    const isHeld = (i: number) => ((code >> i) & 1) === 1;
    if (MEMBERS.filter(isHeld).length > most) {
      continue;
    }
    const result = traceFrontier({
      expectedReturns: means,
      covariance,
      constraints: {
        lower: Float64Array.from(MEMBERS, (i) => (isHeld(i) ? least : 0)),
        upper: Float64Array.from(MEMBERS, (i) => (isHeld(i) ? highest : 0)),
        budget: 1,
        rows: [],
      },
    });
    if (result.status === "optimal") {
      const point = maximumSharpe(result.frontier, riskFreeRate);
      best = point === undefined ? best : Math.max(best, ratio(point.weights, riskFreeRate));
    }
  }
  return best;
}

function ratio(weights: Float64Array, riskFreeRate: number): number {
  return (dot(means, weights) - riskFreeRate) / Math.sqrt(quadraticForm(covariance, weights));
}

describe("discretePortfolio", () => {
  it.each([
    [3, 0, 1],
    [4, 0.1, 0.4],
    [3, 0.25, 0.5],
  ])(
    "finds the highest Sharpe ratio of at most %i assets from %d to %d",
    (most, least, highest) => {
      const goal = { kind: "maximum-sharpe", riskFreeRate: 0.02 } as const;

      const { weights, status } = found(problem(goal, most, least, highest));

      expect(status).toBe("optimal");
      expect(ratio(weights, 0.02)).toBeCloseTo(highestRatio(most, least, highest, 0.02), 8);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      for (const weight of weights) {
        expect(weight === 0 || weight >= least - 1e-9).toBe(true);
      }
    },
  );

  it("earns a target return with few assets", () => {
    const { weights } = found(problem({ kind: "target-return", returnPerYear: 0.2 }, 3, 0.05));

    expect(dot(means, weights)).toBeGreaterThan(0.2 - 1e-12);
    expect(weights.filter((weight) => weight > 0).length).toBeLessThanOrEqual(3);
  });

  it("follows a benchmark with few assets", () => {
    const benchmark = new Float64Array(N).fill(1 / N);
    const few = found(problem({ kind: "tracking", benchmark }, 4, 0));
    const all = found(problem({ kind: "tracking", benchmark }, N, 0));

    const difference = few.weights.map((weight, i) => weight - benchmark[i]);
    expect(quadraticForm(covariance, difference)).toBeGreaterThan(1e-4);
    for (const weight of all.weights) {
      expect(weight).toBeCloseTo(1 / N, 8);
    }
  });

  it("has no answer without a positive excess return", () => {
    const goal = { kind: "maximum-sharpe", riskFreeRate: 10 } as const;

    expect(discretePortfolio(problem(goal, 3, 0)).status).toBe("infeasible");
  });

  it("refuses limits that are not of the size of weights", () => {
    const small = problem({ kind: "minimum-variance" }, 3, 0, 1e-150);
    const constraints = { ...small.constraints, budget: 1e-150 };

    expect(() => discretePortfolio({ ...small, constraints })).toThrow(ArgumentError);
  });

  it("refuses lots for a ratio", () => {
    const goal = { kind: "maximum-sharpe", riskFreeRate: 0.02 } as const;
    const wrong = { ...problem(goal, 3, 0), discreteness: { lots: new Float64Array(N).fill(0.1) } };

    expect(() => discretePortfolio(wrong)).toThrow(ArgumentError);
  });
});
