import { describe, expect, it } from "vitest";
import { fuzzInput } from "../../test/fuzz/fuzz-input.ts";
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
});
