import { describe, expect, it } from "vitest";
import { readReference } from "../../test/reference.ts";
import { sampleReturns } from "../../test/sample-returns.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { measureRisk } from "../risk/measures/measure-risk.ts";
import type { RiskMeasure } from "../risk/measures/risk-measure.ts";
import { maximizeRatio } from "./maximize-ratio.ts";
import type { ConvexResult } from "./program.ts";
import { riskTerm, rootRiskTerm } from "./risk-term.ts";
import { solveConvex } from "./solve-convex.ts";

interface Goal {
  readonly value: number;
  /** How far the two solvers are apart, relative to the value. */
  readonly agreement: number;
}

const reference = readReference<{
  readonly cap: number;
  readonly cases: readonly {
    readonly measure: RiskMeasure;
    readonly days: number;
    readonly minimum: Goal;
    readonly limit: number;
    readonly maximumReturn: Goal;
    readonly maximumRatio: Goal;
  }[];
}>("risk-programs.json");

const ASSETS = 20;
const system = {
  lower: new Float64Array(ASSETS),
  upper: new Float64Array(ASSETS).fill(reference.cap),
  rows: matrixFromRows([new Array<number>(ASSETS).fill(1)]),
  rowLower: Float64Array.of(1),
  rowUpper: Float64Array.of(1),
};
const history = sampleReturns(Math.max(...reference.cases.map(({ days }) => days)));

describe.each(reference.cases)("riskTerm of $measure.kind", (given) => {
  const { measure, days, minimum, limit, maximumReturn, maximumRatio } = given;
  const returns = lastRows(history, days);
  const means = columnMeans(returns);

  it("is minimized to the value of two solvers", () => {
    const term = riskTerm(measure, { returns });

    const result = solved(solveConvex({ terms: [{ weight: 1, term }], system }));

    expect(relativeError(result.objective, minimum)).toBeLessThan(toleranceOf(minimum));
    const portfolio = returnsOf(returns, result.x);
    expect(result.objective).toBeCloseTo(measureRisk(measure, portfolio), 13);
  });

  it("limits the risk of the portfolio of most return", () => {
    const term = riskTerm(measure, { returns });

    const result = solved(
      solveConvex({ linear: means.map((mean) => -mean), limits: [{ term, limit }], system }),
    );

    expect(relativeError(-result.objective, maximumReturn)).toBeLessThan(
      toleranceOf(maximumReturn),
    );
    expect(result.limitValues[0] / limit).toBeLessThan(1 + 2e-8);
  });

  it("divides the return in the portfolio of the largest ratio", () => {
    const term = rootRiskTerm(measure, { returns });

    const result = maximizeRatio(
      { terms: [{ weight: 1, term }], system },
      { returns: means, riskFree: 0 },
    );

    if (!("certificate" in result)) {
      throw new Error(`no ratio: ${result.status}`);
    }
    expect(relativeError(result.excessReturn / result.risk, maximumRatio)).toBeLessThan(
      toleranceOf(maximumRatio),
    );
  });
});

describe("riskTerm", () => {
  const returns = lastRows(history, 60);
  const probabilities = Float64Array.from({ length: 60 }, (_, t) => (t + 1) / 1830);

  it.each([
    { kind: "var", level: 0.9 },
    { kind: "dar", level: 0.9 },
    { kind: "var-range", level: 0.9 },
    { kind: "skewness" },
    { kind: "standardized-kurtosis" },
  ] as const)("does not take $kind, which is not convex", (measure) => {
    expect(() => riskTerm(measure, { returns })).toThrow(ArgumentError);
  });

  it("does not take drawdowns of compounded returns", () => {
    const term = riskTerm({ kind: "average-drawdown", compounded: true }, { returns });

    expect(() => solveConvex({ terms: [{ weight: 1, term }], system })).toThrow(ArgumentError);
  });

  it.each([
    { kind: "variance" },
    { kind: "semivariance" },
    { kind: "kurtosis" },
    { kind: "lower-partial-moment", order: 2, threshold: 0.001 },
    { kind: "mean-absolute-deviation" },
    { kind: "cvar", level: 0.8 },
    { kind: "evar", level: 0.8 },
    { kind: "ulcer-index" },
    { kind: "cdar", level: 0.8 },
    { kind: "gini-mean-difference" },
  ] as const)("minimizes $kind where scenarios differ in probability", (measure) => {
    // A split of every third scenario into two of half its probability is the same problem.
    const term = riskTerm(measure, { returns, probabilities });
    const best = solved(solveConvex({ terms: [{ weight: 1, term }], system }));

    const value = (x: Float64Array) => measureRisk(measure, returnsOf(returns, x), probabilities);
    expect(best.objective).toBeCloseTo(value(best.x), 14);
    // No move of weight between two assets improves it.
    for (let i = 0; i < ASSETS; i++) {
      for (let j = 0; j < ASSETS; j++) {
        const step = Math.min(1e-3, best.x[i], reference.cap - best.x[j]);
        const moved = best.x.map((w, k) => w - (k === i ? step : 0) + (k === j ? step : 0));
        expect(value(moved) / best.objective).toBeGreaterThan(1 - 1e-8);
      }
    }
  });

  it("holds several limits at once", () => {
    const limits = (
      [{ kind: "cdar", level: 0.9 }, { kind: "cvar", level: 0.9 }, { kind: "ulcer-index" }] as const
    ).map((measure) => {
      const term = riskTerm(measure, { returns });
      const least = solved(solveConvex({ terms: [{ weight: 1, term }], system }));
      return { term, limit: 1.5 * least.objective };
    });

    const linear = columnMeans(returns).map((mean) => -mean);
    const result = solved(solveConvex({ linear, limits, system }));

    for (const [i, { limit }] of limits.entries()) {
      expect(result.limitValues[i] / limit).toBeLessThan(1 + 1e-9);
    }
    expect(result.multipliers.limits.some((multiplier) => multiplier > 0)).toBe(true);
  });

  it("says that a limit below the least risk is infeasible", () => {
    const term = riskTerm({ kind: "maximum-drawdown" }, { returns });
    const least = solved(solveConvex({ terms: [{ weight: 1, term }], system }));

    const result = solveConvex({ limits: [{ term, limit: 0.9 * least.objective }], system });

    expect(result.status).toBe("infeasible");
  });
});

function solved(result: ConvexResult) {
  if (result.status === "infeasible" || result.status === "unbounded") {
    throw new Error(`the program is ${result.status}`);
  }
  return result;
}

function relativeError(value: number, goal: Goal): number {
  return Math.abs(value / goal.value - 1);
}

/** Solvers other than the simplex method stop at 1e-8. */
function toleranceOf({ agreement }: Goal): number {
  return 2 * agreement + 2e-8;
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

function returnsOf({ rows, cols, values }: Matrix, x: Float64Array): Float64Array {
  const returns = new Float64Array(rows);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < cols; j++) {
      returns[t] += values[t * cols + j] * x[j];
    }
  }
  return returns;
}
