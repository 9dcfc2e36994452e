import { expect, it } from "vitest";
import { sampleReturns } from "../../test/sample-returns.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { solveConvex } from "./solve-convex.ts";
import { traceConvexFrontier } from "./trace-convex-frontier.ts";

const returns = sampleReturns(200);
const means = historicalMean(returns);
const n = returns.cols;
const system = {
  lower: new Float64Array(n),
  upper: new Float64Array(n).fill(0.3),
  rows: { rows: 1, cols: n, values: new Float64Array(n).fill(1) },
  rowLower: Float64Array.of(1),
  rowUpper: Float64Array.of(1),
};
const term = { kind: "conditional-value-at-risk", returns, confidence: 0.95 } as const;
const program = { system, terms: [{ weight: 1, term }] };

it("stays within its error bound between the points", () => {
  const frontier = traceConvexFrontier(program, means, { pointsMax: 25, error: 1e-4 });
  if (frontier.status !== "traced") {
    throw new Error(frontier.status);
  }
  const { points, errorBound } = frontier;
  expect(errorBound).toBeLessThanOrEqual(1e-4);
  for (const [i, left] of points.slice(0, -1).entries()) {
    const right = points[i + 1];
    const target = (left.expectedReturn + right.expectedReturn) / 2;
    const exact = solveConvex({
      ...program,
      system: {
        ...system,
        rows: { rows: 2, cols: n, values: Float64Array.of(...system.rows.values, ...means) },
        rowLower: Float64Array.of(1, target),
        rowUpper: Float64Array.of(1, Infinity),
      },
    });
    const above = (left.risk + right.risk) / 2 - ("objective" in exact ? exact.objective : NaN);
    expect(above).toBeGreaterThan(-1e-10);
    expect(above).toBeLessThan(errorBound + 1e-10);
  }
});
