import { describe, expect, it } from "vitest";
import { matrixFromRows } from "../linalg/matrix.ts";
import { riskContributions } from "../risk/risk-contributions.ts";
import type { PortfolioModel, RiskShareLimit } from "./portfolio-model.ts";
import { solveWithinShares } from "./solve-within-shares.ts";

const covariance = matrixFromRows([
  [0.09, 0.012, 0.006],
  [0.012, 0.04, 0.004],
  [0.006, 0.004, 0.01],
]);

function solve(riskShareLimits: readonly RiskShareLimit[]) {
  const model: PortfolioModel = {
    names: [],
    expectedReturns: Float64Array.of(0.2, 0.06, 0.03),
    covariance,
    scenarios: undefined,
    riskFreeRate: 0,
    constraints: {
      lower: new Float64Array(3),
      upper: new Float64Array(3).fill(1),
      budget: 1,
      rows: [],
    },
    riskShareLimits,
  };
  const utility = {
    kind: "maximum-utility",
    riskAversion: 3,
    measure: { kind: "variance" },
  } as const;
  const { result, isLocal } = solveWithinShares(model, utility);
  if (result.status !== "solved") {
    return { status: result.status, isLocal };
  }
  const { volatility, contributions } = riskContributions(result.weights, covariance);
  return {
    status: result.status,
    isLocal,
    objective: result.objective,
    shares: contributions.map((part) => part / volatility),
  };
}

describe("solveWithinShares", () => {
  it("proves the answer best where the limits do not matter", () => {
    expect(solve([{ assets: [0], max: 1 }])).toMatchObject({ status: "solved", isLocal: false });
  });

  it("holds each risk share to its limit, and uses it up", () => {
    const { shares, isLocal } = solve([{ assets: [0], max: 0.5 }]);

    expect(isLocal).toBe(true);
    expect(shares?.[0]).toBeCloseTo(0.5, 6);
  });

  it("finds the best of a fine grid of weights", () => {
    const { objective } = solve([{ assets: [0], max: 0.5 }]);

    let best = Number.NEGATIVE_INFINITY;
    for (let a = 0; a <= 200; a++) {
      for (let b = 0; a + b <= 200; b++) {
        const weights = Float64Array.of(a / 200, b / 200, (200 - a - b) / 200);
        const { volatility, contributions } = riskContributions(weights, covariance);
        const isWithin = contributions[0] <= 0.5 * volatility;
        const gain = 0.2 * weights[0] + 0.06 * weights[1] + 0.03 * weights[2];
        best = isWithin ? Math.max(best, gain - 1.5 * volatility ** 2) : best;
      }
    }
    expect(objective).toBeGreaterThanOrEqual(best - 1e-9);
    expect(objective).toBeLessThan(best + 1e-3);
  });

  it("says so where no weights keep within the shares", () => {
    const third = [0, 1, 2].map((asset) => ({ assets: [asset], max: 0.3 }));
    expect(solve(third).status).toBe("infeasible");
  });
});
