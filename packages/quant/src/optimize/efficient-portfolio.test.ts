import { describe, expect, it } from "vitest";
import { matrixOf, readReference } from "../../test/reference.ts";
import type { WeightConstraints } from "./constraints.ts";
import { type EfficientPortfolio, efficientPortfolio } from "./efficient-portfolio.ts";
import type { MeanVarianceProblem } from "./frontier.ts";
import { denseRow, groupRow } from "./linear-row.ts";
import type { FrontierGoal } from "./trace-towards.ts";

const reference = readReference<{
  readonly expectedReturns: readonly number[];
  readonly covariance: readonly number[];
}>("frontier.json");

const CONSTRAINTS: WeightConstraints = {
  lower: new Float64Array(20).fill(0.01),
  upper: new Float64Array(20).fill(0.2),
  budget: 1,
  rows: [
    groupRow("group first", [0, 1, 2, 3, 4], { lower: 0.3, upper: 0.4 }),
    denseRow(
      "tilt",
      Float64Array.from({ length: 20 }, (_, i) => (i % 3) - 1),
      {
        lower: 0.05,
        upper: Number.POSITIVE_INFINITY,
      },
    ),
  ],
};

const GOALS: readonly FrontierGoal[] = [
  { kind: "minimum-variance" },
  { kind: "maximum-utility", riskAversion: 4 },
  { kind: "maximum-utility", riskAversion: 0 },
  { kind: "target-return", expectedReturn: 0.2 },
  { kind: "target-volatility", volatility: 0.2 },
  { kind: "maximum-sharpe", riskFreeRate: 0.03 },
];

function solve(goal: FrontierGoal, constraints = CONSTRAINTS): EfficientPortfolio {
  const problem: MeanVarianceProblem = {
    expectedReturns: Float64Array.from(reference.expectedReturns),
    covariance: matrixOf(reference.covariance, 20),
    constraints,
  };
  const result = efficientPortfolio(problem, goal);
  if (result.status !== "solved") {
    throw new Error(result.status);
  }
  return result;
}

/** Moves one limit, the budget with both of its sides. */
function moved(row: number, side: "lower" | "upper", by: number): WeightConstraints {
  if (row === 0) {
    return { ...CONSTRAINTS, budget: 1 + by };
  }
  const rows = CONSTRAINTS.rows.map((one, k) =>
    k === row - 1 ? { ...one, [side]: one[side] + by } : one,
  );
  return { ...CONSTRAINTS, rows };
}

describe("efficientPortfolio", () => {
  it.each(GOALS)("proves the portfolio of $kind", (goal) => {
    const { certificate } = solve(goal);

    expect(certificate.algorithm).toMatch(/^critical-line/);
    expect(certificate.primalResidual).toBeLessThan(1e-12);
    expect(certificate.dualResidual).toBeLessThan(1e-10);
    expect(certificate.gap).toBeLessThan(1e-10);
  });

  it.each(GOALS)("prices limits by what moving them gains for $kind", (goal) => {
    const STEP = 1e-5;
    const { shadowPrices, objective } = solve(goal);
    const isMaximized = !["minimum-variance", "target-return"].includes(goal.kind);
    const sign = isMaximized ? -1 : 1;

    expect(shadowPrices.rows.some((price) => price !== 0)).toBe(true);
    for (const [row, price] of shadowPrices.rows.entries()) {
      const side = price > 0 ? "lower" : "upper";
      const ahead = solve(goal, moved(row, side, STEP)).objective;
      const behind = solve(goal, moved(row, side, -STEP)).objective;
      const slope = (sign * (ahead - behind)) / (2 * STEP);
      expect(Math.abs(slope - price)).toBeLessThan(1e-4 * (Math.abs(price) + Math.abs(objective)));
    }
  });

  it("hands on why there is no portfolio", () => {
    const problem: MeanVarianceProblem = {
      expectedReturns: Float64Array.from(reference.expectedReturns),
      covariance: matrixOf(reference.covariance, 20),
      constraints: { ...CONSTRAINTS, budget: 9 },
    };

    expect(efficientPortfolio(problem, { kind: "minimum-variance" }).status).toBe("infeasible");
    const far: FrontierGoal = { kind: "target-return", expectedReturn: 9 };
    expect(efficientPortfolio({ ...problem, constraints: CONSTRAINTS }, far).status).toBe(
      "out-of-range",
    );
  });
});
