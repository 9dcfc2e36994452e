import { describe, expect, it } from "vitest";
import { readReference } from "../../test/reference.ts";
import { sampleReturns } from "../../test/sample-returns.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import type { RiskMeasure } from "../risk/measures/risk-measure.ts";
import { maximizeRatio } from "./maximize-ratio.ts";
import type { ConvexPoint, ConvexResult } from "./program.ts";
import { riskTerm } from "./risk-term.ts";
import { solveConvex } from "./solve-convex.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

interface Goal {
  readonly value: number;
  readonly agreement: number;
}

const reference = readReference<{
  readonly cap: number;
  readonly cases: readonly {
    readonly measure: RiskMeasure;
    readonly days: number;
    readonly minimum: Goal;
    readonly limit: number;
    readonly maximumReturn: Goal | null;
    readonly maximumRatio: Goal | null;
  }[];
}>("tail-programs.json");

const ASSETS = 20;
const history = sampleReturns(Math.max(...reference.cases.map(({ days }) => days)));

describe.each(reference.cases)("a tail by $measure.kind of $days days", (given) => {
  const returns = lastRows(history, given.days);
  const term = riskTerm(given.measure, { returns });
  const means = columnMeans(returns);

  it("is least where two solvers have it, and proven", () => {
    const least = proven(solveConvex({ terms: [{ weight: 1, term }], system: capped() }));

    expect(Math.abs(least.objective / given.minimum.value - 1)).toBeLessThan(1e-7);
  });

  it("limits the return as two solvers have it, and is kept to", () => {
    const { limit, maximumReturn } = given;
    const linear = means.map((mean) => -mean);
    const most = proven(solveConvex({ linear, limits: [{ term, limit }], system: capped() }));

    expect(most.limitValues[0] / limit - 1).toBeLessThan(1e-9);
    if (maximumReturn !== null) {
      expect(Math.abs(-most.objective / maximumReturn.value - 1)).toBeLessThan(1e-7);
    }
  });

  it("has the ratio that two solvers have", () => {
    const program = { terms: [{ weight: 1, term }], system: capped() };
    const best = maximizeRatio(program, { returns: means, riskFree: 0 });

    expect(best.status).toBe("optimal");
    if (given.maximumRatio !== null && "certificate" in best) {
      expect(Math.abs(best.objective / given.maximumRatio.value - 1)).toBeLessThan(1e-7);
    }
  });

  it("is infeasible below its least value", () => {
    const limits = [{ term, limit: 0.9 * given.minimum.value }];
    const linear = means.map((mean) => -mean);

    expect(solveConvex({ linear, limits, system: capped() }).status).toBe("infeasible");
  });
});

describe("Newton's method", () => {
  const returns = lastRows(history, 60);
  const tail = (term: Parameters<typeof riskTerm>[0]) => riskTerm(term, { returns });

  it.each([
    { kind: "evar", level: 0.99 },
    { kind: "edar", level: 0.99 },
    { kind: "rlvar", level: 0.99, deformation: 0.3 },
  ] as const)("leaves $kind to the cones where it is the worst loss", (measure) => {
    const worst = measure.kind === "edar" ? "maximum-drawdown" : "worst-realization";
    const solve = (term: ConvexTerm) =>
      solved(solveConvex({ terms: [{ weight: 1, term }], system: capped() }));

    const found = solve(tail(measure)).objective;
    expect(Math.abs(found / solve(tail({ kind: worst })).objective - 1)).toBeLessThan(1e-6);
  });

  it.each([
    { kind: "evar", level: 0.9 },
    { kind: "edar", level: 0.9 },
    { kind: "rldar", level: 0.9, deformation: 0.3 },
    { kind: "ulcer-index" },
    { kind: "even-moment", order: 6 },
    { kind: "even-moment", order: 10 },
    { kind: "even-semi-moment", order: 8 },
  ] as const)("finds the risk of the best utility by $kind as a limit too", (measure) => {
    const term = tail(measure);
    const means = columnMeans(returns);
    const linear = means.map((mean) => -mean);
    const result = proven(
      solveConvex({ linear, terms: [{ weight: 0.1, term }], system: capped() }),
    );
    const [value] = result.termValues;
    const limits = [{ term, limit: value }];

    // At the risk that the utility chooses, no portfolio has more return.
    const most = proven(solveConvex({ linear, limits, system: capped() }));
    expect(most.objective + 0.1 * value).toBeCloseTo(result.objective, 11);
  });

  it("goes on from a start, even a poor one", () => {
    const term = tail({ kind: "edar", level: 0.9 });
    const program = { terms: [{ weight: 1, term }], system: capped() };
    const cold = proven(solveConvex(program));
    const poor = new Float64Array(ASSETS).fill(1 / ASSETS);
    for (const x of [cold.x, poor]) {
      const start = { x, multipliers: cold.multipliers };
      expect(proven(solveConvex(program, { start })).objective).toBeCloseTo(cold.objective, 12);
    }
  });

  it("grows as by its own condition: no asset earns more at the growth-optimal weights", () => {
    const term: ConvexTerm = { kind: "negative-log-growth", returns };
    const { x } = proven(solveConvex({ terms: [{ weight: 1, term }], system: capped(1) }));

    // Kelly: E (1 + r)/(1 + y) is 1 for assets held and at most 1 for the others.
    for (let i = 0; i < ASSETS; i++) {
      let growth = 0;
      for (let t = 0; t < returns.rows; t++) {
        const row = returns.values.subarray(t * ASSETS, (t + 1) * ASSETS);
        const y = row.reduce((sum, value, j) => sum + value * x[j], 0);
        growth += (1 + row[i]) / (1 + y) / returns.rows;
      }
      expect(growth).toBeLessThan(1 + 1e-9);
      expect(x[i] > 1e-6 ? growth : 1).toBeGreaterThan(1 - 1e-9);
    }
  });

  it("stops when asked, with the best point so far", () => {
    const term = tail({ kind: "evar", level: 0.9 });
    let left = 40;
    const result = solveConvex(
      { terms: [{ weight: 1, term }], system: capped() },
      { shouldStop: () => left-- < 0 },
    );

    expect(["stopped", "optimal"]).toContain(result.status);
    expect("x" in result && result.x.every(Number.isFinite)).toBe(true);
  });
});

function capped(cap = reference.cap) {
  return {
    lower: new Float64Array(ASSETS),
    upper: new Float64Array(ASSETS).fill(cap),
    rows: matrixFromRows([new Array<number>(ASSETS).fill(1)]),
    rowLower: Float64Array.of(1),
    rowUpper: Float64Array.of(1),
  };
}

function solved(result: ConvexResult): ConvexPoint {
  if (result.status !== "optimal") {
    throw new Error(`status ${result.status}`);
  }
  return result;
}

function proven(result: ConvexResult): ConvexPoint {
  const point = solved(result);
  const { primalResidual, dualResidual, gap } = point.certificate;
  expect(Math.max(primalResidual, dualResidual, gap)).toBeLessThan(1e-9);
  return point;
}

function lastRows({ rows, cols, values }: Matrix, count: number): Matrix {
  return { rows: count, cols, values: values.slice((rows - count) * cols) };
}

function columnMeans({ rows, cols, values }: Matrix): Float64Array {
  const means = new Float64Array(cols);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < cols; j++) {
      means[j] += values[t * cols + j] / rows;
    }
  }
  return means;
}
