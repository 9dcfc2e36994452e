import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { planTrades } from "./multi-period.ts";
import type { MultiPeriodProblem } from "./multi-period-problem.ts";

interface Case {
  initial: number[];
  riskAversion: number;
  linear: number[];
  impact: number[];
  borrow: number[];
  lower: number;
  upper: number;
  pair: number;
  terminal: number[] | null;
  periods?: number;
  objective: number;
  weights: number[];
}

// Made by make_multi_period.py: Clarabel and SCS through cvxpy, which agree to 1e-9.
const reference = readReference<{
  means: number[];
  covariance: number[];
  cases: Record<string, Case>;
}>("multi-period.json");

function problemOf(one: Case): MultiPeriodProblem {
  const periodCount = one.periods ?? 4;
  return {
    initialWeights: Float64Array.from(one.initial),
    means: matrixOf(reference.means.slice(0, periodCount * 5), 5),
    covariances: [matrixOf(reference.covariance, 5)],
    riskAversion: one.riskAversion,
    system: {
      lower: new Float64Array(5).fill(one.lower),
      upper: new Float64Array(5).fill(one.upper),
      rows: matrixFromRows([
        [1, 1, 1, 1, 1],
        [1, 1, 0, 0, 0],
      ]),
      rowLower: Float64Array.of(1, Number.NEGATIVE_INFINITY),
      rowUpper: Float64Array.of(1, one.pair),
    },
    costs: {
      linear: Float64Array.from(one.linear),
      impact: Float64Array.from(one.impact),
      borrow: Float64Array.from(one.borrow),
    },
    terminalWeights: one.terminal === null ? undefined : Float64Array.from(one.terminal),
  };
}

function caseOf(name: string): Case {
  const found = reference.cases[name];
  if (found === undefined) {
    throw new Error(`no case ${name}`);
  }
  return found;
}

describe("planTrades", () => {
  for (const [name, one] of Object.entries(reference.cases)) {
    it(`finds the plan of two solvers: ${name}`, () => {
      const plan = planTrades(problemOf(one));

      if (plan.status !== "optimal") {
        throw new Error(`the plan is ${plan.status}`);
      }
      expect(Math.abs(plan.objective - one.objective)).toBeLessThan(1e-9);
      expect(largestDifference(plan.weights.values, one.weights)).toBeLessThan(1e-4);
      expect(plan.certificate.gap).toBeLessThan(1e-9);
      for (let h = 0; h < plan.weights.rows; h++) {
        const held = plan.weights.values.subarray(h * 5, (h + 1) * 5);
        expect(Math.abs(held.reduce((sum, weight) => sum + weight, 0) - 1)).toBeLessThan(1e-9);
        expect(Math.min(...held)).toBeGreaterThan(one.lower - 1e-9);
        expect(Math.max(...held)).toBeLessThan(one.upper + 1e-9);
      }
    });
  }

  it("keeps still where trading costs more than it brings", () => {
    const one = caseOf("single");
    const plan = planTrades(problemOf({ ...one, linear: new Array<number>(5).fill(1) }));

    expect(plan.status).toBe("optimal");
    expect(plan.status === "optimal" ? Math.hypot(...plan.trades.values) : 1).toBeLessThan(1e-9);
  });

  it("says when limits cannot be met together", () => {
    expect(planTrades(problemOf({ ...caseOf("linear"), upper: 0.1 })).status).toBe("infeasible");
  });

  it("refuses to end at weights that break the limits", () => {
    const one = caseOf("terminal");

    expect(planTrades(problemOf({ ...one, terminal: [0.5, 0.5, 0, 0, 0] })).status).toBe(
      "infeasible",
    );
  });

  it("stops when it is asked to", () => {
    const plan = planTrades(problemOf(caseOf("impact")), { shouldStop: () => true });

    expect(plan.status).toBe("stopped");
  });

  it("refuses shapes and values that make no sense", () => {
    const problem = problemOf(caseOf("impact"));
    const bad: Partial<MultiPeriodProblem>[] = [
      { means: matrixFromRows([[1, 2]]) },
      { covariances: [] },
      { covariances: [matrixFromRows([[1]])] },
      { riskAversion: -1 },
      { initialWeights: Float64Array.of(0, 0, 0, 0, Number.NaN) },
      { terminalWeights: Float64Array.of(1) },
      { costs: { ...problem.costs, linear: Float64Array.of(-1, 0, 0, 0, 0) } },
      { costs: { ...problem.costs, impact: Float64Array.of(1) } },
    ];
    for (const change of bad) {
      expect(() => planTrades({ ...problem, ...change })).toThrow(ArgumentError);
    }
  });
});
