import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../../test/reference.ts";
import type { MeanVarianceProblem } from "../frontier.ts";
import { pointOnSegment } from "../frontier-point.ts";
import { denseRow } from "../linear-row.ts";
import { certifyFrontier, provePoint } from "../point-certificate.ts";
import { traceFrontier } from "./trace-frontier.ts";

interface Case {
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
  readonly budget: readonly [number, number];
  readonly rows: readonly {
    readonly coefficients: readonly number[];
    readonly lower: number | null;
    readonly upper: number | null;
  }[];
  readonly answers: readonly {
    readonly lambda: number;
    readonly weights: readonly number[];
    readonly objective: number;
    readonly prices: readonly number[];
  }[];
}

const { expectedReturns, covariance } = readReference<{
  readonly expectedReturns: readonly number[];
  readonly covariance: readonly number[];
}>("frontier.json");
const { cases } = readReference<{ readonly cases: readonly Case[] }>("general-rows.json");

function problemOf({ lower, upper, budget, rows }: Case): MeanVarianceProblem {
  return {
    expectedReturns: Float64Array.from(expectedReturns),
    covariance: matrixOf(covariance, 20),
    constraints: {
      lower: new Float64Array(20).fill(lower),
      upper: new Float64Array(20).fill(upper),
      budget: { lower: budget[0], upper: budget[1] },
      rows: rows.map((row, k) =>
        denseRow(`row ${k}`, row.coefficients, {
          lower: row.lower ?? Number.NEGATIVE_INFINITY,
          upper: row.upper ?? Number.POSITIVE_INFINITY,
        }),
      ),
    },
  };
}

describe("traceFrontier against two solvers, under general rows and budget ranges", () => {
  it.each(cases)("$name", (one) => {
    const problem = problemOf(one);
    const result = traceFrontier(problem);
    if (result.status !== "optimal") {
      throw new Error("infeasible");
    }
    const { turningPoints } = result.frontier;
    expect(certifyFrontier(result.frontier).dualResidual).toBeLessThan(1e-12);
    for (const { lambda, weights, objective, prices } of one.answers) {
      const k = Math.max(
        0,
        turningPoints.findLastIndex((point) => point.lambda >= lambda),
      );
      const [from, to] = [turningPoints[k], turningPoints[k + 1] ?? turningPoints[k]];
      const isBetween = lambda < from.lambda && to.lambda < from.lambda;
      const fraction = isBetween ? (from.lambda - lambda) / (from.lambda - to.lambda) : 0;
      const point = pointOnSegment(result.frontier, k, fraction);
      const own = point.variance / 2 - lambda * point.expectedReturn;
      expect(largestDifference(point.weights, weights)).toBeLessThan(1e-6);
      expect(Math.abs(own - objective)).toBeLessThan(1e-10);
      const { multipliers } = provePoint(problem, { weights: point.weights, lambda }, 0);
      expect(largestDifference(multipliers.rows, prices)).toBeLessThan(1e-7);
    }
  });
});
