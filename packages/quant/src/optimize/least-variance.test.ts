import { describe, expect, it } from "vitest";
import { uniformSource } from "../random/splitmix.ts";
import { traceFrontier } from "./critical-line/trace-frontier.ts";
import type { MeanVarianceProblem } from "./frontier.ts";
import { leastVariance } from "./least-variance.ts";
import { provePoint } from "./point-certificate.ts";

const ASSET_COUNT = 150;

/** Three factors and noise, with a cap on one third of the assets and a floor for another. */
function problemOf(seed: number): MeanVarianceProblem {
  const uniform = uniformSource(seed);
  const n = ASSET_COUNT;
  const loadings = Float64Array.from(
    { length: 3 * n },
    (_, k) => (k % 3 === 0 ? 1 : 0) + uniform(),
  );
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 0.2 + uniform() : 0;
      for (let f = 0; f < 3; f++) {
        sum += 0.1 * loadings[3 * i + f] * loadings[3 * j + f];
      }
      values[i * n + j] = sum;
      values[j * n + i] = sum;
    }
  }
  const third = (k: number) => Array.from({ length: n / 3 }, (_, i) => 3 * i + k);
  const ones = new Array<number>(n / 3).fill(1);
  const rows = [
    { name: "cap", assets: third(0), coefficients: ones, lower: -Infinity, upper: 0.2 },
    { name: "floor", assets: third(1), coefficients: ones, lower: 0.5, upper: 1 },
  ];
  return {
    expectedReturns: Float64Array.from({ length: n }, uniform),
    covariance: { rows: n, cols: n, values },
    constraints: {
      lower: new Float64Array(n),
      upper: new Float64Array(n).fill(uniform() < 0.5 ? 1 : 0.05),
      budget: 1,
      rows: seed % 3 === 0 ? [] : rows,
    },
  };
}

function pointOf(problem: MeanVarianceProblem) {
  const result = leastVariance(problem);
  return result?.status === "optimal" ? result.frontier.turningPoints[0] : undefined;
}

describe("leastVariance of many assets", () => {
  it.each([1, 2, 3, 4, 5, 6])(
    "ends where the whole frontier ends, and proves it, seed %i",
    (seed) => {
      const problem = problemOf(seed);
      const whole = traceFrontier(problem);

      const point = pointOf(problem);

      if (whole.status !== "optimal" || point === undefined) {
        throw new Error("no optimum");
      }
      const least = whole.frontier.turningPoints.at(-1)?.variance ?? 0;
      expect(Math.abs(point.variance / least - 1)).toBeLessThan(1e-12);
      const { certificate } = provePoint(problem, point, 0);
      expect(certificate.dualResidual).toBeLessThan(1e-11);
      expect(certificate.primalResidual).toBeLessThan(1e-12);
    },
  );

  it("finds nothing where other weights are as good", () => {
    const problem = problemOf(3);
    const riskless = { ...problem.covariance, values: new Float64Array(ASSET_COUNT ** 2) };

    expect(leastVariance({ ...problem, covariance: riskless })).toBeUndefined();
  });

  it.each([0, 1, 5])("is infeasible where bounds cross, seed %i", (seed) => {
    const problem = problemOf(seed);
    const upper = problem.constraints.upper.with(7, -1);

    const result = leastVariance({ ...problem, constraints: { ...problem.constraints, upper } });

    expect(result?.status).toBe("infeasible");
  });

  it("names the conflict of infeasible constraints", () => {
    const problem = problemOf(3);
    const constraints = { ...problem.constraints, budget: 1000 };

    expect(leastVariance({ ...problem, constraints })?.status).toBe("infeasible");
  });
});
