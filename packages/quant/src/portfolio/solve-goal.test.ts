import { describe, expect, it } from "vitest";
import { fuzzInput } from "../../test/fuzz/fuzz-input.ts";
import { largestDifference } from "../../test/reference.ts";
import { sampleReturns, takeColumns } from "../../test/sample-returns.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { solveGoal } from "./solve-goal.ts";

describe("solveGoal", () => {
  it("names the linear limits that conflict where the cone solver sees no contradiction", () => {
    const { returns, covariance, expectedReturns, constraints } = fuzzInput(2202);
    const model = {
      names: ["A", "B"],
      expectedReturns,
      covariance,
      scenarios: { returns },
      riskFreeRate: 0,
      constraints,
    };

    const result = solveGoal(model, { kind: "minimum-risk", measure: { kind: "ulcer-index" } });

    expect(result.status).toBe("infeasible");
    expect("refs" in result && result.refs.length).toBeGreaterThan(0);
  });

  // The norm of the distance is 0 there, the tip of its cone.
  it.each([2, 3, 5, 10, 20])("finds a benchmark of %i assets that can be held", (n) => {
    const returns = takeColumns(sampleReturns(100), 0, n);
    const even = new Float64Array(n).fill(1 / n);
    const model = {
      names: Array.from(even, String),
      expectedReturns: historicalMean(returns),
      covariance: sampleCovariance(returns),
      scenarios: { returns },
      riskFreeRate: 0,
      constraints: {
        lower: new Float64Array(n),
        upper: new Float64Array(n).fill(0.6),
        budget: 1,
        rows: [],
      },
      benchmark: { weights: even, trackingErrorMax: Number.POSITIVE_INFINITY },
    };

    const result = solveGoal(model, { kind: "benchmark-tracking" });

    expect(result.status).toBe("solved");
    expect("weights" in result && largestDifference(result.weights, [...even])).toBeLessThan(1e-9);
  });
});
