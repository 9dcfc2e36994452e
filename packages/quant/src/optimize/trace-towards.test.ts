import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { traceFrontier } from "./critical-line/trace-frontier.ts";
import type { EfficientFrontier, FrontierResult, MeanVarianceProblem } from "./frontier.ts";
import {
  type FrontierPoint,
  minimumVariance,
  pointAtReturn,
  pointAtVolatility,
} from "./frontier-point.ts";
import { maximumSharpe } from "./maximum-sharpe.ts";
import { maximumUtility } from "./maximum-utility.ts";
import { type FrontierGoal, traceTowards } from "./trace-towards.ts";

const reference = readReference<{
  readonly expectedReturns: readonly number[];
  readonly covariance: readonly number[];
}>("frontier.json");

const STOCKS: MeanVarianceProblem = {
  expectedReturns: Float64Array.from(reference.expectedReturns),
  covariance: matrixOf(reference.covariance, 20),
  constraints: {
    lower: new Float64Array(20),
    upper: new Float64Array(20).fill(1),
    budget: 1,
    rows: [],
  },
};

function frontierOf(result: FrontierResult): EfficientFrontier {
  if (result.status !== "optimal") {
    throw new Error("infeasible");
  }
  return result.frontier;
}

function read(frontier: EfficientFrontier, goal: FrontierGoal): FrontierPoint {
  const point = readAny(frontier, goal);
  if (point.status !== "optimal") {
    throw new Error("out of range");
  }
  return point;
}

function readAny(frontier: EfficientFrontier, goal: FrontierGoal) {
  switch (goal.kind) {
    case "minimum-variance":
      return minimumVariance(frontier);
    case "maximum-utility":
      return maximumUtility(frontier, goal.riskAversion);
    case "target-return":
      return pointAtReturn(frontier, goal.expectedReturn);
    case "target-volatility":
      return pointAtVolatility(frontier, goal.volatility);
    case "maximum-sharpe":
      return maximumSharpe(frontier, goal.riskFreeRate);
  }
}

const whole = frontierOf(traceFrontier(STOCKS));
const middle = whole.turningPoints[Math.floor(whole.turningPoints.length / 2)];

describe("traceTowards", () => {
  it.each<FrontierGoal>([
    { kind: "minimum-variance" },
    { kind: "maximum-utility", riskAversion: 0 },
    { kind: "maximum-utility", riskAversion: 3 },
    { kind: "maximum-utility", riskAversion: 1e9 },
    { kind: "target-return", expectedReturn: middle.expectedReturn },
    { kind: "target-return", expectedReturn: whole.turningPoints[0].expectedReturn },
    { kind: "target-volatility", volatility: Math.sqrt(middle.variance) },
    { kind: "maximum-sharpe", riskFreeRate: 0.02 },
    { kind: "maximum-sharpe", riskFreeRate: 9 },
  ])("finds what the whole frontier has for $kind", (goal) => {
    const part = frontierOf(traceTowards(STOCKS, goal));

    const [found, expected] = [read(part, goal), read(whole, goal)];
    expect(largestDifference(found.weights, expected.weights)).toBeLessThan(1e-12);
    expect(found.lambda).toBeCloseTo(expected.lambda, 12);
    expect(part.iterations).toBeLessThanOrEqual(whole.iterations);
  });

  it("stops early", () => {
    const { length } = whole.turningPoints;
    const goal: FrontierGoal = { kind: "target-return", expectedReturn: middle.expectedReturn };

    expect(frontierOf(traceTowards(STOCKS, goal)).turningPoints.length).toBeLessThan(length);
    expect(
      frontierOf(traceTowards(STOCKS, { kind: "minimum-variance" })).turningPoints.length,
    ).toBe(1);
  });

  it("says what range a target must lie in", () => {
    for (const target of [-1, 9]) {
      const goal: FrontierGoal = { kind: "target-return", expectedReturn: target };
      const part = frontierOf(traceTowards(STOCKS, goal));
      expect(readAny(part, goal)).toEqual(readAny(whole, goal));
    }
  });

  it("takes the greatest return where least variance leaves a choice", () => {
    const expectedReturns = Float64Array.of(0.1, 0.3, 0.2);
    const riskless = matrixFromRows([
      [0.04, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    const constraints = {
      lower: new Float64Array(3),
      upper: new Float64Array(3).fill(1),
      budget: 1,
      rows: [],
    };
    const problem = { expectedReturns, covariance: riskless, constraints };

    const { weights } = minimumVariance(
      frontierOf(traceTowards(problem, { kind: "minimum-variance" })),
    );
    expect(Array.from(weights)).toEqual([0, 1, 0]);
  });

  it("names the conflict of infeasible constraints", () => {
    const constraints = { ...STOCKS.constraints, budget: 21 };
    for (const kind of ["minimum-variance", "maximum-sharpe"] as const) {
      const goal = { kind, riskFreeRate: 0 };
      expect(traceTowards({ ...STOCKS, constraints }, goal).status).toBe("infeasible");
    }
  });

  it("has the least variance of the frontier, whatever the covariance", () => {
    const small = fc.array(
      fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 5, maxLength: 5 }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    const means = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 5, maxLength: 5 });

    fc.assert(
      fc.property(small, means, (loadings, mu) => {
        const problem = {
          expectedReturns: Float64Array.from(mu),
          covariance: matrixFromRows(
            mu.map((_, i) => mu.map((__, j) => loadings.reduce((sum, f) => sum + f[i] * f[j], 0))),
          ),
          constraints: {
            lower: new Float64Array(5).fill(-0.25),
            upper: new Float64Array(5).fill(1),
            budget: 1,
            rows: [],
          },
        };
        const found = minimumVariance(
          frontierOf(traceTowards(problem, { kind: "minimum-variance" })),
        );
        const expected = minimumVariance(frontierOf(traceFrontier(problem)));
        expect(found.variance).toBeCloseTo(expected.variance, 12);
        expect(found.expectedReturn).toBeCloseTo(expected.expectedReturn, 9);
      }),
      { numRuns: 300 },
    );
  });
});
