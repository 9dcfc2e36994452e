import { describe, expect, it } from "vitest";
import {
  groupRows,
  largestDifference,
  matrixOf,
  type ReferenceGroup,
  readReference,
} from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import type { WeightConstraints } from "./constraints.ts";
import { traceDiversification } from "./maximum-diversification.ts";
import { maximumSharpe } from "./maximum-sharpe.ts";

interface Limits {
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
  readonly groups: readonly ReferenceGroup[];
}

const { covariance: entries, cases } = readReference<{
  covariance: readonly number[];
  cases: readonly Limits[];
}>("frontier.json");
const { maximumDiversification: answers } = readReference<{
  maximumDiversification: readonly {
    readonly name: string;
    readonly weights: readonly number[];
    readonly ratio: number;
  }[];
}>("risk-budgeting.json");

function constraintsOf(n: number, { lower, upper, groups }: Omit<Limits, "name">) {
  return {
    lower: new Float64Array(n).fill(lower),
    upper: new Float64Array(n).fill(upper),
    budget: 1,
    rows: groupRows(groups),
  };
}

function mostDiversified(covariance: Matrix, constraints: WeightConstraints) {
  const result = traceDiversification(covariance, constraints);
  if (result.status !== "optimal") {
    throw new Error(result.status);
  }
  return maximumSharpe(result.frontier, 0);
}

const LONG_ONLY = { lower: 0, upper: 1, groups: [] };

describe("traceDiversification", () => {
  it("leads to inverse volatility for two assets", () => {
    // By hand: the ratio is that of the minimum variance of correlations, which is ½ : ½ in w·σ.
    const covariance = matrixFromRows([
      [0.04, 0.006],
      [0.006, 0.01],
    ]);
    const point = mostDiversified(covariance, constraintsOf(2, LONG_ONLY));

    expect(largestDifference(point.weights, [1 / 3, 2 / 3])).toBeLessThan(1e-12);
    // Both have w·σ = 1/15; the ratio is 2/√(2 + 2ρ), ρ = 0.3.
    expect(point.expectedReturn / point.volatility).toBeCloseTo(2 / Math.sqrt(2.6), 12);
  });

  it.each(answers)("agrees with the convex program on real prices: $name", (answer) => {
    const limits = cases.find(({ name }) => name === answer.name) ?? { ...LONG_ONLY, name: "" };
    const point = mostDiversified(matrixOf(entries, 20), constraintsOf(20, limits));

    expect(largestDifference(point.weights, answer.weights)).toBeLessThan(1e-6);
    expect(point.expectedReturn / point.volatility).toBeGreaterThan(answer.ratio - 1e-10);
    expect(point.expectedReturn / point.volatility).toBeLessThan(answer.ratio + 1e-9);
  });

  it("says what it cannot do", () => {
    const flat = matrixFromRows([
      [0, 0],
      [0, 1],
    ]);
    const tooTight = { ...LONG_ONLY, upper: 0.01 };

    expect(traceDiversification(flat, constraintsOf(2, LONG_ONLY))).toEqual({
      status: "zero-volatility",
      assets: [0],
    });
    expect(traceDiversification(matrixOf(entries, 20), constraintsOf(20, tooTight)).status).toBe(
      "infeasible",
    );
    expect(() => traceDiversification(flat, constraintsOf(3, LONG_ONLY))).toThrow(ArgumentError);
  });
});
