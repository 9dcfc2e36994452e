import { describe, expect, it } from "vitest";
import { type CaseOutcome, runCase } from "./run-case.ts";

const CASE_COUNT = 400;
/** Frontiers and quadratic programs of which 16 digits alone left residuals of 1e-9 to 1. */
const HARD_SEEDS: readonly number[] = [
  6224, 16672, 23616, 38728, 41320, 47448, 57232, 97088, 2379, 15299, 26739, 29211, 36507, 58099,
  58883, 59451, 70755, 73971, 76003,
];
/** Quadratic programs of matrices that are not positive semidefinite. */
const INDEFINITE_SEEDS: readonly number[] = [7907, 10899, 4395, 9197603, 9699355];
/** Least variance over 24 orders of size, and James–Stein means of returns of 1e153. */
const EXTREME_SEEDS: readonly number[] = [9421297, 9439006];

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

  it.each(HARD_SEEDS)("prove the answer to seed %i within 1e-10", (seed) => {
    const { status, failure, residual } = runCase(seed);

    expect({ status, failure }).toEqual({ status: "optimal", failure: undefined });
    expect(residual).toBeLessThan(1e-10);
  });

  it.each(INDEFINITE_SEEDS)("refuse the matrix of seed %i", (seed) => {
    expect(runCase(seed).status).toBe("refused");
  });

  it.each(EXTREME_SEEDS)("keep the limits and give numbers on seed %i", (seed) => {
    expect(runCase(seed).failure).toBeUndefined();
  });
});
