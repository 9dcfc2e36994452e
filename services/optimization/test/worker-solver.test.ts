import { afterEach, describe, expect, it } from "vitest";
import { WorkerSolver } from "../src/adapters/worker-solver.ts";
import type { OptimizationTask } from "../src/domain/solve-task.ts";

const n = 2;
const TASK: OptimizationTask = {
  symbols: ["A", "B"],
  closes: undefined,
  expectedReturns: { kind: "given", perYear: Float64Array.of(0.1, 0.2) },
  covariance: {
    kind: "given",
    perYear: { rows: n, cols: n, values: Float64Array.of(0.04, 0, 0, 0.01) },
  },
  limits: { lower: new Float64Array(n), upper: new Float64Array(n).fill(1), budget: 1, rows: [] },
  views: undefined,
  scenarios: { kind: "historical" },
  riskFreeRatePerYear: 0,
  objective: { kind: "goal", goal: { kind: "minimum-risk", measure: { kind: "variance" } } },
  portfolioLimits: {},
  customTerms: undefined,
  robustness: undefined,
  reportMeasures: [],
};

describe("WorkerSolver", () => {
  let solver: WorkerSolver;
  afterEach(() => solver.close());

  it("refuses more tasks than may wait", async () => {
    solver = new WorkerSolver({ threads: 1, queueMax: 1, deadlineMs: 20_000 });
    const { signal } = new AbortController();

    const outcomes = await Promise.allSettled([
      solver.optimize(TASK, signal),
      solver.optimize(TASK, signal),
      solver.optimize(TASK, signal),
    ]);

    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(outcomes[2]).toMatchObject({ reason: { reason: "SOLVER_BUSY" } });
  });

  it("reports what the mathematics refuses as an outcome", async () => {
    solver = new WorkerSolver({ threads: 1, queueMax: 1, deadlineMs: 20_000 });
    const tooShort = { ...TASK, expectedReturns: { kind: "given", perYear: new Float64Array(1) } };

    const outcome = await solver.optimize(
      tooShort as OptimizationTask,
      new AbortController().signal,
    );

    expect(outcome.status).toBe("refused");
  });
});
