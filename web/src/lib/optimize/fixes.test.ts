// @vitest-environment node
import { describe, expect, it } from "vitest";
import { ApiFailure } from "../api/api-failure.ts";
import { fixesFor } from "./fixes.ts";
import { DEFAULT_PROBLEM, type Problem } from "./problem.ts";

const TWENTY = Array.from({ length: 20 }, (_, i) => `S${i}`);

function failure(reason: string, details: Partial<ApiFailure> = {}): ApiFailure {
  const { violations = [], metadata = {} } = details;
  return new ApiFailure("refused", {
    kind: "rejected",
    reason,
    violations,
    metadata,
    requestId: "",
  });
}

function fixesOf(problem: Partial<Problem>, reason: string, details: Partial<ApiFailure> = {}) {
  return fixesFor(failure(reason, details), { ...DEFAULT_PROBLEM, symbols: TWENTY, ...problem });
}

describe("fixesFor", () => {
  it("raises a highest weight that cannot fill the portfolio", () => {
    // 20 × 4 % is 80 %; 5 % is the least that reaches 100 %.
    const [fix] = fixesOf({ maxWeight: 0.04 }, "CONSTRAINTS_INFEASIBLE");

    expect(fix).toMatchObject({ kind: "raise-maximum", to: 0.05, problem: { maxWeight: 0.05 } });
  });

  it("rounds up where the even share is no whole percent", () => {
    const [fix] = fixesOf({ symbols: ["A", "B", "C"], maxWeight: 0.2 }, "CONSTRAINTS_INFEASIBLE");

    expect(fix).toMatchObject({ to: 0.34 });
  });

  it("lowers a lowest weight that overfills the portfolio", () => {
    // 20 × 6 % is 120 %.
    const [fix] = fixesOf({ minWeight: 0.06 }, "CONSTRAINTS_INFEASIBLE");

    expect(fix).toMatchObject({ kind: "lower-minimum", to: 0.05, problem: { minWeight: 0.05 } });
  });

  it("offers the ends of the frontier for a target beyond it, the nearer one first", () => {
    const metadata = { minimum: "0.14", maximum: "0.29" };
    const fixes = fixesOf({ goal: { kind: "target-return", value: 0.6 } }, "TARGET_OUT_OF_RANGE", {
      metadata,
    });

    expect(fixes.map((fix) => (fix.kind === "set-target" ? fix.to : undefined))).toEqual([
      0.29, 0.14,
    ]);
    expect(fixes[0]?.problem.goal).toEqual({ kind: "target-return", value: 0.29 });
  });

  it("offers the least remedy of limits, and one that is even where it is another", () => {
    const limits = { bounds: { A: { max: 0.3 }, B: { max: 0.3 } } };
    const change = (symbol: string, to: number) => ({
      field: `constraints.bounds["${symbol}"].max`,
      to,
    });
    const metadata = {
      relaxation: JSON.stringify([change("A", 0.7)]),
      evenRelaxation: JSON.stringify([change("A", 0.5), change("B", 0.5)]),
    };
    const problem = { symbols: ["A", "B"], limits };
    const both = fixesOf(problem, "CONSTRAINTS_INFEASIBLE", { metadata });
    const one = fixesOf(problem, "CONSTRAINTS_INFEASIBLE", {
      metadata: { ...metadata, evenRelaxation: metadata.relaxation },
    });

    expect(both.map(({ kind }) => kind)).toEqual(["relax", "relax-evenly", "drop-limits"]);
    expect(both[1]?.problem.limits.bounds).toEqual({ A: { max: 0.5 }, B: { max: 0.5 } });
    expect(one.map(({ kind }) => kind)).toEqual(["relax", "drop-limits"]);
  });

  it("removes the symbols that the violations point at", () => {
    const violations = [{ field: "symbols[1]", description: "unknown" }];
    const [fix] = fixesOf({ symbols: ["A", "B", "C"] }, "SYMBOL_UNKNOWN", { violations });

    expect(fix).toMatchObject({ symbols: ["B"], problem: { symbols: ["A", "C"] } });
  });

  it("swaps reversed dates", () => {
    const [fix] = fixesOf({ startDate: "2022-01-01", endDate: "2015-01-01" }, "DATES_REVERSED");

    expect(fix?.problem).toMatchObject({ startDate: "2015-01-01", endDate: "2022-01-01" });
  });

  it("has nothing to offer for what it does not know", () => {
    expect(fixesOf({}, "SOLVER_BUSY")).toEqual([]);
  });
});
