import { describe, expect, it } from "vitest";
import { sampleReturns, takeColumns } from "../../../test/sample-returns.ts";
import { sampleCovariance } from "../../covariance/sample-covariance.ts";
import { historicalMean } from "../../expected-returns/historical-mean.ts";
import { annualizeCovariance, annualizeMean } from "../../returns/annualize.ts";
import { brokenLimits } from "../broken-limits.ts";
import type { Goal, PortfolioModel } from "../portfolio-model.ts";
import { solveGoal } from "../solve-goal.ts";
import { solveDiscreteGoal } from "./solve-discrete-goal.ts";

const N = 12;
const returns = takeColumns(sampleReturns(120), 0, N);
const MODEL: PortfolioModel = {
  names: Array.from({ length: N }, (_, i) => String(i)),
  expectedReturns: annualizeMean(historicalMean(returns)),
  covariance: annualizeCovariance(sampleCovariance(returns)),
  scenarios: { returns },
  riskFreeRate: 0,
  constraints: {
    lower: new Float64Array(N),
    upper: new Float64Array(N).fill(0.5),
    budget: 1,
    rows: [],
  },
};
const LOT = 0.01;
const LOTS = { lots: new Float64Array(N).fill(LOT) };

const CASES: readonly (readonly [string, Goal])[] = [
  ["CVaR", { kind: "minimum-risk", measure: { kind: "cvar", level: 0.9 } }],
  ["drawdown", { kind: "minimum-risk", measure: { kind: "maximum-drawdown" } }],
  [
    "entropic risk at a return",
    { kind: "target-return", returnPerYear: 0.1, measure: { kind: "evar", level: 0.9 } },
  ],
];

describe.each(CASES)("whole lots of least %s", (_, goal) => {
  it("are found at once, near what is best without lots", () => {
    const result = solveDiscreteGoal(MODEL, goal, LOTS, { nodeLimit: 1 });
    const free = solveGoal(MODEL, goal);

    if (result.status !== "stopped" && result.status !== "optimal") {
      throw new Error(result.status);
    }
    const { weights, objective } = result.solution;
    for (const weight of weights) {
      expect(Math.abs(weight / LOT - Math.round(weight / LOT))).toBeLessThan(1e-9);
    }
    expect(brokenLimits(weights, MODEL)).toEqual([]);
    const least = free.status === "solved" ? free.objective : Number.NaN;
    expect(objective).toBeGreaterThanOrEqual(least * (1 - 1e-9));
    expect(objective).toBeLessThan(least * 1.02);
  });

  it("are the best within the gap after a search", () => {
    const first = solveDiscreteGoal(MODEL, goal, LOTS, { nodeLimit: 1 });
    const result = solveDiscreteGoal(MODEL, goal, LOTS, { gap: 1e-3, nodeLimit: 300 });

    if (!("solution" in first && "solution" in result)) {
      throw new Error(`${first.status}, ${result.status}`);
    }
    expect(result.status).toBe("optimal");
    expect(result.gap).toBeLessThanOrEqual(1e-3);
    expect(result.solution.objective).toBeLessThanOrEqual(first.solution.objective + 1e-12);
  });
});

it("are found near the best at once where lots are coarse", () => {
  const lots = new Float64Array(N).fill(0.1);
  const goal: Goal = { kind: "minimum-risk", measure: { kind: "cvar", level: 0.9 } };

  const first = solveDiscreteGoal(MODEL, goal, { lots }, { nodeLimit: 1 });
  const best = solveDiscreteGoal(MODEL, goal, { lots });

  if (!("solution" in first && best.status === "optimal")) {
    throw new Error(`${first.status}, ${best.status}`);
  }
  expect(first.solution.objective / best.solution.objective).toBeLessThan(1.02);
});
