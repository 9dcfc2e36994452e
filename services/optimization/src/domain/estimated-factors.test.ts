import { covarianceFromFactors, type Matrix, randomSource } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { estimateWithViews } from "./apply-views.ts";
import type { EstimationTask } from "./solve-task.ts";
import { worstEstimates } from "./worst-case.ts";

const ASSETS = 8;
const SYMBOLS = Array.from({ length: ASSETS }, (_, i) => `A${i}`);

describe("estimates through factors", () => {
  it("hand the factors over, per year", () => {
    for (const covariance of [
      { kind: "principal-factors", factorCount: 2 },
      { kind: "regression-factors", factorSymbols: ["F"], factorCloses: walk(1, 2) },
    ] as const) {
      const { factors, covariance: matrix } = estimated({ covariance });

      expect(factors).toBeDefined();
      const again = factors && covarianceFromFactors(factors);
      for (const [k, entry] of (again?.values ?? []).entries()) {
        expect(entry).toBeCloseTo(matrix.values[k] ?? Number.NaN, 14);
      }
    }
  });

  it("have none for a covariance without", () => {
    expect(estimated({ covariance: { kind: "sample" } }).factors).toBeUndefined();
  });

  it("forget them where views change the covariance", () => {
    const view = {
      expression: "A0 = 20%",
      coefficients: Float64Array.from(SYMBOLS, (_, i) => (i === 0 ? 1 : 0)),
      valuePerYear: 0.2,
      confidence: 0.5,
    };
    const { factors } = estimated({
      covariance: { kind: "principal-factors", factorCount: 2 },
      views: { kind: "black-litterman", tau: 0.05, views: [view] },
    });

    expect(factors).toBeUndefined();
  });

  it("forget them where the worst of a set takes the covariance's place", () => {
    const task = taskWith({ covariance: { kind: "principal-factors", factorCount: 2 } });
    const estimates = estimated({ covariance: task.covariance });
    const limits = {
      lower: new Float64Array(ASSETS),
      upper: new Float64Array(ASSETS).fill(1),
      budget: 1,
      rows: [],
    };
    const set = { shape: "box", source: "bootstrap", seed: 1, confidence: 0.95 } as const;

    expect(worstEstimates({ ...task, limits, robustness: undefined }, estimates).factors).toBe(
      estimates.factors,
    );
    const worst = worstEstimates(
      { ...task, limits, robustness: { covarianceSet: set } },
      estimates,
    );
    expect(worst.factors).toBeUndefined();
  });
});

function taskWith(changes: Partial<EstimationTask>): EstimationTask {
  return {
    symbols: SYMBOLS,
    closes: walk(ASSETS, 1),
    expectedReturns: { kind: "historical-mean" },
    covariance: { kind: "sample" },
    views: undefined,
    scenarios: { kind: "historical" },
    riskFreeRatePerYear: 0,
    ...changes,
  };
}

function estimated(changes: Partial<EstimationTask>) {
  const estimates = estimateWithViews(taskWith(changes));
  if (estimates.status !== "estimated") {
    throw new Error(estimates.status);
  }
  return estimates;
}

/** Closes of a random walk. */
function walk(count: number, seed: number): Matrix {
  const uniform = randomSource(seed);
  const values = new Float64Array(60 * count).fill(100);
  for (let k = count; k < values.length; k++) {
    values[k] = (values[k - count] ?? 0) * (1 + (uniform() - 0.48) / 50);
  }
  return { rows: 60, cols: count, values };
}
