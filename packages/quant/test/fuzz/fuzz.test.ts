import { describe, expect, it } from "vitest";
import { type CaseOutcome, runCase } from "./run-case.ts";

const CASE_COUNT = 400;

describe("the public entry points on spoiled inputs", () => {
  it("answer within the limits, or refuse by name", () => {
    const outcomes: CaseOutcome[] = [];
    for (let seed = 1; seed <= CASE_COUNT; seed++) {
      outcomes.push(runCase(seed));
    }

    expect(outcomes.filter(({ failure }) => failure !== undefined)).toEqual([]);
    // Both answers and contradictions are tried often.
    const count = (status: string) =>
      outcomes.filter((outcome) => outcome.status === status).length;
    expect(count("optimal")).toBeGreaterThan(50);
    expect(count("infeasible")).toBeGreaterThan(20);
    expect(count("refused")).toBeLessThan(CASE_COUNT / 2);
  });
});
