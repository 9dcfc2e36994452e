import { describe, expect, it } from "vitest";
import { sampleReturns } from "../../test/sample-returns.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { traceFrontier } from "../optimize/critical-line/trace-frontier.ts";
import { pointAtReturn } from "../optimize/frontier-point.ts";
import { annualizeCovariance, annualizeMean } from "../returns/annualize.ts";
import { traceMeasureFrontier } from "./measure-frontier.ts";
import type { PortfolioModel } from "./portfolio-model.ts";
import { solveGoal } from "./solve-goal.ts";

const returns = sampleReturns(500);
const n = returns.cols;
const MODEL: PortfolioModel = {
  names: [],
  expectedReturns: annualizeMean(historicalMean(returns)),
  covariance: annualizeCovariance(sampleCovariance(returns)),
  scenarios: { returns },
  riskFreeRate: 0,
  constraints: {
    lower: new Float64Array(n),
    upper: new Float64Array(n).fill(0.25),
    budget: 1,
    rows: [],
  },
};

function traced(kind: "standard-deviation" | "mean-absolute-deviation", pointCount: number) {
  const result = traceMeasureFrontier(MODEL, { kind }, { pointCount, gap: 1e-4 });
  if (result.status !== "traced") {
    throw new Error(result.status);
  }
  return result;
}

describe("traceMeasureFrontier", () => {
  it("lies on the exact frontier where the measure is the volatility", () => {
    const exact = traceFrontier(MODEL);
    if (exact.status !== "optimal") {
      throw new Error("there is no frontier");
    }

    const { points } = traced("standard-deviation", 8);

    expect(points.length).toBeGreaterThan(4);
    for (const { expectedReturn, risk } of points) {
      const point = pointAtReturn(exact.frontier, expectedReturn);
      expect(point.status === "optimal" && risk / point.volatility).toBeCloseTo(1, 7);
    }
  });

  it("falls in return and risk, is convex, and tells how far the chords may err", () => {
    const few = traced("mean-absolute-deviation", 4);
    const more = traced("mean-absolute-deviation", 9);

    expect(more.gap).toBeLessThan(few.gap);
    for (const [k, point] of more.points.entries()) {
      const next = more.points[k + 1] ?? point;
      expect(point.expectedReturn).toBeGreaterThanOrEqual(next.expectedReturn);
      expect(point.risk).toBeGreaterThanOrEqual(next.risk - 1e-12);
      expect(point.slope).toBeGreaterThanOrEqual(next.slope - 1e-6);
    }
  });

  it("stays within its error bound between the points", () => {
    const measure = { kind: "mean-absolute-deviation" } as const;
    const { points, gap } = traced(measure.kind, 7);
    const bound = gap * Math.max(...points.map(({ risk }) => risk));

    for (const [k, left] of points.slice(0, -1).entries()) {
      const right = points[k + 1] ?? left;
      const returnPerYear = (left.expectedReturn + right.expectedReturn) / 2;
      const exact = solveGoal(MODEL, { kind: "target-return", returnPerYear, measure });
      const above =
        (left.risk + right.risk) / 2 - (exact.status === "solved" ? exact.objective : NaN);
      expect(above).toBeGreaterThan(-1e-10);
      expect(above).toBeLessThan(bound + 1e-10);
    }
  });
});
