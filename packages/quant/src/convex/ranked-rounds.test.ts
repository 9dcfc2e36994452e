import { describe, expect, it } from "vitest";
import { sampleReturns } from "../../test/sample-returns.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { normalSource } from "../random/normal.ts";
import { uniformSource } from "../random/splitmix.ts";
import type { ConvexPoint, ConvexProgram, ConvexResult } from "./program.ts";
import { riskTerm } from "./risk-term.ts";
import { solveConvex } from "./solve-convex.ts";
import { stepWeights } from "./terms/ordered.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

const ASSETS = 20;
const SCENARIOS = 130;
const returns = sampleReturns(SCENARIOS);
const equal = new Float64Array(ASSETS).fill(1 / ASSETS);

/** Ascending weights that grow with the square of the rank, of sum 0. */
const convexWeights = (() => {
  const raw = Float64Array.from({ length: SCENARIOS }, (_, k) => -((SCENARIOS - 1 - k) ** 2));
  const mean = raw.reduce((sum, value) => sum + value, 0) / SCENARIOS;
  return raw.map((value) => (value - mean) / SCENARIOS ** 3);
})();

const ORDERED = [
  { name: "tail Gini of half", measure: { kind: "tail-gini", level: 0.5 } },
  { name: "tail Gini of four fifths", measure: { kind: "tail-gini", level: 0.2 } },
  {
    name: "square weights of ranks",
    measure: { kind: "ordered-weighted", weights: convexWeights },
  },
] as const;

describe.each(ORDERED)("a program of ranks with $name", ({ measure }) => {
  const term = riskTerm(measure, { returns });
  const whole = writtenOut(term);

  it("has every scenario at every rank", () => {
    const value = (each: ConvexTerm) =>
      optimal(solveConvex({ terms: [{ weight: 1, term: each }], system: pinned(equal) })).objective;

    expect(value(term)).toBeCloseTo(value(whole), 12);
  });

  it("has the least value of the program with all of them", () => {
    const program = (each: ConvexTerm): ConvexProgram => ({
      terms: [{ weight: 1, term: each }],
      system: capped(),
    });
    const found = proven(solveConvex(program(term)));

    const expected = optimal(solveConvex(program(whole)));
    expect(Math.abs(found.objective / expected.objective - 1)).toBeLessThan(1e-8);
  });

  it("limits with the multiplier that the least value has", () => {
    const least = proven(solveConvex({ terms: [{ weight: 1, term }], system: capped() }));
    const linear = Float64Array.from({ length: ASSETS }, (_, i) => -i / ASSETS);
    const most = (limit: number) =>
      proven(solveConvex({ linear, limits: [{ term, limit }], system: capped() }));
    const limit = 1.2 * least.objective;
    const { objective, multipliers, limitValues } = most(limit);

    expect(limitValues[0] / limit - 1).toBeLessThan(1e-9);
    // The objective is convex in the limit, and the multiplier its slope.
    const lower = objective - multipliers.limits[0] * 0.01 * limit;
    expect(most(1.01 * limit).objective).toBeGreaterThan(lower - 1e-9);
    const infeasible = { linear, limits: [{ term, limit: 0.9 * least.objective }] };
    expect(solveConvex({ ...infeasible, system: capped() }).status).toBe("infeasible");
  });
});

it("finds the least tail of assets that have little in common, whose worst days change with every step", () => {
  const normal = normalSource(uniformSource(20261123));
  const values = Float64Array.from({ length: 340 * 120 }, () => 0.0005 + 0.01 * normal());
  const many = { rows: 340, cols: 120, values };
  const term = riskTerm({ kind: "tail-gini", level: 0.95 }, { returns: many });
  const system = {
    lower: new Float64Array(120),
    upper: new Float64Array(120).fill(1),
    rows: { rows: 1, cols: 120, values: new Float64Array(120).fill(1) },
    rowLower: Float64Array.of(1),
    rowUpper: Float64Array.of(1),
  };

  const found = proven(solveConvex({ terms: [{ weight: 1, term }], system }));

  const whole = optimal(solveConvex({ terms: [{ weight: 1, term: writtenOut(term) }], system }));
  expect(Math.abs(found.objective / whole.objective - 1)).toBeLessThan(1e-8);
});

/** The same measure as a sum of conditional values at risk and the mean loss. */
function writtenOut(term: ConvexTerm): ConvexTerm {
  if (term.kind !== "ordered") {
    throw new Error(term.kind);
  }
  const { steps, last } = stepWeights(term);
  const { returns } = term;
  const sums = new Float64Array(returns.cols);
  for (const [i, value] of returns.values.entries()) {
    sums[i % returns.cols] += value;
  }
  const tails = Array.from(steps, (step, k) => ({
    weight: step * k,
    term: {
      kind: "conditional-value-at-risk" as const,
      returns,
      confidence: 1 - k / returns.rows,
    },
  })).filter(({ weight }) => weight > 0);
  const slope = sums.map((sum) => -last * sum);
  return {
    kind: "sum",
    parts: [...tails, { weight: 1, term: { kind: "affine", slope, offset: 0 } }],
  };
}

function pinned(x: Float64Array) {
  return { ...capped(), lower: x, upper: x };
}

function capped() {
  return {
    lower: new Float64Array(ASSETS),
    upper: new Float64Array(ASSETS).fill(0.25),
    rows: matrixFromRows([new Array<number>(ASSETS).fill(1)]),
    rowLower: Float64Array.of(1),
    rowUpper: Float64Array.of(1),
  };
}

function optimal(result: ConvexResult): ConvexPoint {
  if (result.status !== "optimal") {
    throw new Error(`status ${result.status}`);
  }
  return result;
}

function proven(result: ConvexResult): ConvexPoint {
  const point = optimal(result);
  const { primalResidual, dualResidual, gap } = point.certificate;
  expect(Math.max(primalResidual, dualResidual, gap)).toBeLessThan(1e-9);
  return point;
}
