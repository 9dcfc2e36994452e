import fc from "fast-check";
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

  it("proves its answers to random problems, or that there are none", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(share, { minLength: 60, maxLength: 60 }),
        fc.record({
          impact: fc.constantFrom(0, 1e-3, 0.1),
          borrow: fc.constantFrom(0, 1e-3),
          riskAversion: fc.constantFrom(0.1, 1, 100),
          upper: fc.constantFrom(0.3, 1),
        }),
        (n, periodCount, draws, { impact, borrow, riskAversion, upper }) => {
          const loading = (i: number, k: number) => (draws[(i * 3 + k) % 60] ?? 0) / 10 - 0.04;
          const answer = planTrades({
            initialWeights: new Float64Array(n).fill(1 / n),
            means: {
              rows: periodCount,
              cols: n,
              values: Float64Array.from({ length: n * periodCount }, (_, k) => loading(k, 1) / 5),
            },
            covariances: [
              matrixFromRows(
                Array.from({ length: n }, (_r, i) =>
                  Array.from(
                    { length: n },
                    (_c, j) => loading(i, 0) * loading(j, 0) + loading(i, 2) * loading(j, 2),
                  ),
                ),
              ),
            ],
            riskAversion,
            system: {
              lower: new Float64Array(n).fill(borrow > 0 ? -0.2 : 0),
              upper: new Float64Array(n).fill(upper),
              rows: { rows: 1, cols: n, values: new Float64Array(n).fill(1) },
              rowLower: Float64Array.of(1),
              rowUpper: Float64Array.of(1),
            },
            costs: {
              linear: new Float64Array(n).fill(5e-4),
              impact: new Float64Array(n).fill(impact),
              borrow: new Float64Array(n).fill(borrow),
            },
          });

          if (upper * n < 1) {
            expect(answer).toEqual({ status: "infeasible" });
          } else {
            expect(answer).toMatchObject({ status: "optimal" });
            const { gap, primalResidual } =
              "certificate" in answer ? answer.certificate : { gap: 1, primalResidual: 1 };
            expect(gap).toBeLessThanOrEqual(1e-9);
            expect(primalResidual).toBeLessThanOrEqual(1e-9);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("buys the best asset as soon as it pays, without aversion to risk", () => {
    // By hand: 0.8 of the worse is sold and bought for 0.003 each, and 0.8·0.01 is earned twice.
    const one = caseOf("linear");
    const plan = planTrades({
      ...problemOf({ ...one, riskAversion: 0, pair: 1, upper: 1 }),
      initialWeights: Float64Array.of(0.8, 0.2, 0, 0, 0),
      means: matrixFromRows([
        [0, 0.01, 0, 0, 0],
        [0, 0.01, 0, 0, 0],
      ]),
      costs: {
        linear: new Float64Array(5).fill(0.003),
        impact: new Float64Array(5),
        borrow: new Float64Array(5),
      },
    });

    expect(plan.status).toBe("optimal");
    expect("objective" in plan ? plan.objective : 0).toBeCloseTo(2 * 0.01 - 2 * 0.8 * 0.003, 12);
  });

  it("starts the next plan from the last", () => {
    const problem = problemOf(caseOf("impact"));
    const first = planTrades(problem);
    const start = "workingSet" in first ? first.workingSet : undefined;

    const again = planTrades(problem, { start });

    expect(again).toMatchObject({ status: "optimal" });
    expect("objective" in again ? again.objective : 0).toBeCloseTo(caseOf("impact").objective, 9);
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
