import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import { sampleReturns, takeColumns } from "../../test/sample-returns.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { learnOnline, type OnlineRule } from "./online-learning.ts";

// universal-portfolios: see make_online_learning.py.
const { answers } = readReference<{
  answers: readonly { readonly rule: OnlineRule; readonly weights: readonly number[] }[];
}>("online-learning.json");

/** Prices that begin at 100 and have these returns. */
function closesOf({ rows, cols, values }: Matrix): Matrix {
  const closes = new Float64Array((rows + 1) * cols).fill(100);
  for (const [k, move] of values.entries()) {
    closes[k + cols] = Number(closes[k]) * (1 + move);
  }
  return { rows: rows + 1, cols, values: closes };
}

function fullyInvested(count: number, budget = 1) {
  const upper = new Float64Array(count).fill(Math.max(1, budget));
  return { lower: new Float64Array(count), upper, budget, rows: [] };
}

function learned(closes: Matrix, rule: OnlineRule): Float64Array {
  const found = learnOnline(closes, rule, fullyInvested(closes.cols));
  if (found.status !== "satisfied") {
    throw new Error("weights break a bound");
  }
  return found.weights;
}

const closes = closesOf(takeColumns(sampleReturns(120), 0, 6));
const RULES: readonly OnlineRule[] = [
  { kind: "exponentiated-gradient", rate: 5 },
  { kind: "passive-aggressive", sensitivity: 0 },
  { kind: "moving-average-reversion", threshold: 10, window: 3 },
];

describe("learnOnline", () => {
  it.each(answers)("agrees with universal-portfolios on $rule", ({ rule, weights }) => {
    expect(largestDifference(learned(closes, rule), weights)).toBeLessThan(1e-10);
  });

  it("multiplies weights as the formula says", () => {
    // By hand: relatives 1.1 and 0.9 of equal weights, which earn 1.
    const [first = 0] = learned(
      matrixFromRows([
        [1, 1],
        [1.1, 0.9],
      ]),
      {
        kind: "exponentiated-gradient",
        rate: 2,
      },
    );
    expect(first).toBeCloseTo(1 / (1 + Math.exp(-0.4)), 14);
  });

  it.each(RULES)("changes nothing when all assets do the same: $kind", (rule) => {
    const alike = matrixFromRows([2, 3, 1, 5, 4].map((price) => [price, price, price]));
    for (const weight of learned(alike, rule)) {
      expect(weight).toBeCloseTo(1 / 3, 14);
    }
  });

  it.each(RULES)("sums to 1 without a negative weight, whatever the prices: $kind", (rule) => {
    const rows = Array.from({ length: 40 }, (_, t) =>
      [0, 1, 2, 3].map((j) => 10 ** (90 * Math.sin(7 * t * (j + 1) + j))),
    );
    const weights = learned(matrixFromRows(rows), rule);

    expect(weights.every((weight) => weight >= 0)).toBe(true);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
  });

  it("splits the budget, and says which limits it breaks", () => {
    const rule = { kind: "passive-aggressive", sensitivity: 0.5 } as const;
    const twice = learnOnline(closes, rule, fullyInvested(6, 2));
    const capped = learnOnline(closes, rule, {
      ...fullyInvested(6),
      upper: new Float64Array(6).fill(0.5),
    });

    expect(twice.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(2, 12);
    expect(capped.status).toBe("violates");
  });

  it("refuses prices and settings that make no sense", () => {
    const bad = [
      { kind: "exponentiated-gradient", rate: 0 },
      { kind: "passive-aggressive", sensitivity: Number.NaN },
      { kind: "moving-average-reversion", threshold: 10, window: 1 },
    ] as const;
    for (const rule of bad) {
      expect(() => learnOnline(closes, rule, fullyInvested(6))).toThrow(ArgumentError);
    }
    const [rule] = RULES;
    const zero = matrixFromRows([
      [1, 0],
      [1, 1],
    ]);
    expect(() => learnOnline(zero, rule as OnlineRule, fullyInvested(2))).toThrow(ArgumentError);
    expect(() => learnOnline(closes, rule as OnlineRule, fullyInvested(5))).toThrow(ArgumentError);
  });
});
