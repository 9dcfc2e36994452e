import { bootstrapScenarios, type Goal, type Matrix } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { type Fit, fitStrategy } from "./fit-strategy.ts";
import { sampleBefore, slidingSamples } from "./sliding-samples.ts";
import type { OptimizationTask } from "./solve-task.ts";

const ASSETS = 12;
const TRAIN = 252;
const MONTH = 21;
const CVAR = { kind: "cvar", level: 0.95 } as const;

describe("fitStrategy from the weights of the month before", () => {
  it.each<Goal>([
    { kind: "minimum-risk", measure: CVAR },
    { kind: "target-return", measure: CVAR, returnPerYear: 0.12 },
    { kind: "minimum-risk", measure: { kind: "mean-absolute-deviation" } },
    { kind: "minimum-risk", measure: { kind: "maximum-drawdown" } },
    { kind: "minimum-risk", measure: { kind: "variance" } },
    { kind: "maximum-ratio", measure: CVAR },
  ])("chooses the weights of a fit from nothing: $kind of $measure.kind", (goal) => {
    const strategy = { optimization: taskOf(goal), preSelections: [], method: undefined };
    const fitTo = (known: Matrix, from?: Float64Array) =>
      fitStrategy(
        strategy,
        { closes: known, isMember: undefined, requiredRows: known.rows },
        { start: from },
      );
    const closes = randomCloses(TRAIN + 1 + 6 * MONTH);
    let start: Float64Array | undefined;
    for (let month = 0; month <= 6; month++) {
      const known = lastRows(closes, month * MONTH, TRAIN + 1);

      const afresh = weightsOf(fitTo(known));
      const onward = weightsOf(fitTo(known, start));

      for (const [i, weight] of afresh.entries()) {
        expect(Math.abs((onward[i] ?? Number.NaN) - weight)).toBeLessThan(1e-9);
      }
      start = onward;
    }
  });
});

describe("fitStrategy from a sample covariance that is at hand", () => {
  it.each(["sample", "ledoit-wolf", "oas", "constant-correlation"] as const)(
    "chooses the weights of a fit from nothing: %s",
    (kind) => {
      const goal = { kind: "minimum-risk", measure: { kind: "variance" } } as const;
      const optimization: OptimizationTask = {
        ...taskOf(goal),
        covariance: { kind },
        expectedReturns: { kind: "historical-mean" },
      };
      const strategy = { optimization, preSelections: [], method: undefined };
      const closes = randomCloses(TRAIN + 1 + 6 * MONTH);
      const samples = slidingSamples({ closes, universe: undefined });
      if (samples === undefined) throw new Error("no close is missing");
      for (let month = 0; month <= 6; month++) {
        const row = month * MONTH + TRAIN + 1;
        const known = lastRows(closes, month * MONTH, TRAIN + 1);
        const view = { closes: known, isMember: undefined, requiredRows: known.rows };

        const afresh = weightsOf(fitStrategy(strategy, view, {}));
        const sampleOver = sampleBefore(samples, row);
        const shared = weightsOf(fitStrategy(strategy, { ...view, sampleOver }, {}));

        for (const [i, weight] of afresh.entries()) {
          expect(Math.abs((shared[i] ?? Number.NaN) - weight)).toBeLessThan(1e-12);
        }
      }
    },
  );

  it("has none where closes may be missing", () => {
    const closes = randomCloses(30);
    const universe = {
      isMember: new Uint8Array(closes.values.length).fill(1),
      delistingReturns: new Float64Array(ASSETS),
    };

    expect(slidingSamples({ closes, universe })).toBeUndefined();
  });
});

function weightsOf(fit: Fit): Float64Array {
  if (!("weights" in fit)) {
    throw new Error(`no weights: ${fit.failure.status}`);
  }
  return fit.weights;
}

function taskOf(goal: Goal): OptimizationTask {
  return {
    symbols: Array.from({ length: ASSETS }, (_, i) => `A${i}`),
    closes: undefined,
    expectedReturns: {
      kind: "given",
      perYear: Float64Array.from({ length: ASSETS }, (_, i) => 0.02 * i),
    },
    covariance: { kind: "sample" },
    limits: {
      lower: new Float64Array(ASSETS),
      upper: new Float64Array(ASSETS).fill(0.4),
      budget: 1,
      rows: [],
    },
    views: undefined,
    scenarios: { kind: "historical" },
    riskFreeRatePerYear: 0,
    objective: { kind: "goal", goal },
    portfolioLimits: {},
    customTerms: undefined,
    robustness: undefined,
    reportMeasures: [],
  };
}

/** Prices whose daily changes are of up to 2 % and drawn anew, with a small drift. */
function randomCloses(rows: number): Matrix {
  const moves = Float64Array.from({ length: 97 * ASSETS }, (_, k) => {
    return 0.02 * Math.sin(1 + k * k) + 0.0004;
  });
  const { returns } = bootstrapScenarios({ rows: 97, cols: ASSETS, values: moves }, rows, 1, 7);
  const values = new Float64Array(rows * ASSETS).fill(100);
  for (const [k, move] of returns.values.subarray(ASSETS, rows * ASSETS).entries()) {
    const own = 0.003 * Math.sin(3 * k * k);
    values[k + ASSETS] = (values[k] ?? Number.NaN) * (1 + move + own);
  }
  return { rows, cols: ASSETS, values };
}

function lastRows({ cols, values }: Matrix, from: number, rows: number): Matrix {
  return { rows, cols, values: values.slice(from * cols, (from + rows) * cols) };
}
