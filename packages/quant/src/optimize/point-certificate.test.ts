import { describe, expect, it } from "vitest";
import { matrixOf, readReference } from "../../test/reference.ts";
import type { WeightConstraints } from "./constraints.ts";
import type { MeanVarianceProblem } from "./frontier.ts";
import type { FrontierPoint } from "./frontier-point.ts";
import { denseRow, groupRow } from "./linear-row.ts";
import { maximumUtility } from "./maximum-utility.ts";
import { certifyFrontier, provePoint } from "./point-certificate.ts";
import { traceTowards } from "./trace-towards.ts";

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
      Float64Array.from({ length: 20 }, (_, i) => 3 * ((i % 3) - 1)),
      { lower: 0.15, upper: Number.POSITIVE_INFINITY },
    ),
  ],
};

function problemOf(constraints: WeightConstraints): MeanVarianceProblem {
  return {
    expectedReturns: Float64Array.from(reference.expectedReturns),
    covariance: matrixOf(reference.covariance, 20),
    constraints,
  };
}

function bestAt(lambda: number, constraints = CONSTRAINTS): FrontierPoint {
  const riskAversion = 1 / lambda;
  const result = traceTowards(problemOf(constraints), { kind: "maximum-utility", riskAversion });
  if (result.status !== "optimal") {
    throw new Error("infeasible");
  }
  return maximumUtility(result.frontier, riskAversion);
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

describe("provePoint", () => {
  it.each([1e-6, 0.05, 0.3])("prices limits by what moving them costs at λ = %d", (lambda) => {
    const STEP = 1e-5;
    const point = bestAt(lambda);
    const { multipliers } = provePoint(problemOf(CONSTRAINTS), point, 0);
    const objective = ({ variance, expectedReturn }: FrontierPoint) =>
      variance / 2 - lambda * expectedReturn;

    expect(multipliers.rows.filter((price) => price !== 0).length).toBeGreaterThan(1);
    for (const [row, price] of multipliers.rows.entries()) {
      const side = price > 0 ? "lower" : "upper";
      const ahead = objective(bestAt(lambda, moved(row, side, STEP)));
      const behind = objective(bestAt(lambda, moved(row, side, -STEP)));
      expect(Math.abs((ahead - behind) / (2 * STEP) - price)).toBeLessThan(1e-8);
    }
  });

  it("proves a portfolio of real prices to rounding", () => {
    const { certificate } = provePoint(problemOf(CONSTRAINTS), bestAt(0.05), 7);

    expect(certificate).toMatchObject({ algorithm: "critical-line/2", iterations: 7 });
    expect(certificate.primalResidual).toBeLessThan(1e-14);
    expect(certificate.dualResidual).toBeLessThan(1e-13);
    expect(certificate.gap).toBeLessThan(1e-14);
  });

  it("tells that a portfolio is not optimal or not feasible", () => {
    const equal = new Float64Array(20).fill(0.05);
    const wrong = provePoint(problemOf(CONSTRAINTS), { weights: equal, lambda: 0.1 }, 0);
    expect(wrong.certificate.dualResidual).toBeGreaterThan(1e-2);

    const none = provePoint(
      problemOf(CONSTRAINTS),
      { weights: new Float64Array(20), lambda: 0 },
      0,
    );
    expect(none.certificate.primalResidual).toBeCloseTo(1, 12);
  });

  it("certifies a whole frontier", () => {
    const result = traceTowards(problemOf(CONSTRAINTS), {
      kind: "target-return",
      expectedReturn: -9,
    });
    if (result.status !== "optimal") {
      throw new Error("infeasible");
    }
    const { primalResidual, dualResidual, gap, iterations } = certifyFrontier(result.frontier);

    expect(iterations).toBeGreaterThan(3);
    expect(Math.max(primalResidual, dualResidual, gap)).toBeLessThan(1e-12);
  });
});
