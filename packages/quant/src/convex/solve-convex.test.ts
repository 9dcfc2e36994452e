import { describe, expect, it } from "vitest";
import { readReference } from "../../test/reference.ts";
import { sampleReturns } from "../../test/sample-returns.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { choleskyFactor } from "../linalg/cholesky.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { LinearSystem } from "../optimize/linear-system.ts";
import { maximizeRatio } from "./maximize-ratio.ts";
import type { ConvexProgram } from "./program.ts";
import { solveConvex } from "./solve-convex.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

interface Case {
  readonly minimum: number;
  readonly limit: number;
  readonly return: number;
  readonly ratio?: number;
}

const reference = readReference<{
  days: number;
  cases: Record<string, Case>;
  turnover: Record<string, Case>;
  logGrowth: { growth: number };
}>("convex.json");

const STOCKS = 20;
const returns = sampleReturns(reference.days);
const means = historicalMean(returns);
const factor = covarianceFactor(returns);
const equal = new Float64Array(STOCKS).fill(1 / STOCKS);

// The limits of make_convex_reference.py.
const system = rowsOf([
  { coefficients: new Float64Array(STOCKS).fill(1), lower: 1, upper: 1 },
  {
    coefficients: Float64Array.from({ length: STOCKS }, (_, i) => (i < 7 ? 1 : 0)),
    lower: -Infinity,
    upper: 0.4,
  },
]);
const turnover: ConvexTerm = { kind: "absolute", above: ones(), below: ones(), center: equal };

const gains: Matrix = { ...returns, values: returns.values.map((value) => -value) };
const deviation: ConvexTerm = { kind: "norm", matrix: factor };
const tail: ConvexTerm = { kind: "conditional-value-at-risk", returns, confidence: 0.95 };

const TERMS: Record<string, ConvexTerm> = {
  standardDeviation: deviation,
  trackingError: { kind: "norm", matrix: factor, center: unit(0) },
  conditionalValueAtRisk: tail,
  conditionalRange: sum([
    [1, tail],
    [1, { kind: "conditional-value-at-risk", returns: gains, confidence: 0.9 }],
  ]),
  robustConditionalValueAtRisk: sum([
    [1, tail],
    [0.001 / 0.05, { kind: "norm", matrix: identity(STOCKS) }],
  ]),
  impact: sum([
    [1, deviation],
    [
      1,
      {
        kind: "power-impact",
        coefficients: ones().map((_, i) => 0.01 + 0.002 * i),
        exponent: 1.5,
        center: equal,
      },
    ],
  ]),
  linearCosts: sum([
    [1, deviation],
    [1, { kind: "absolute", above: ones(0.01), below: ones(0.02), center: equal }],
  ]),
};

describe.each(Object.entries(TERMS))("%s", (name, term) => {
  const expected = caseOf("cases", name);

  it("is minimized", () => {
    expectOptimum({ system, terms: [{ weight: 1, term }] }, expected.minimum);
  });

  it("is minimized and limited while turnover is limited", () => {
    const limits = [{ term: turnover, limit: 0.6 }];
    const within = caseOf("turnover", name);
    expectOptimum({ system, terms: [{ weight: 1, term }], limits }, within.minimum);
    const linear = means.map((mean) => -mean);
    const both = [...limits, { term, limit: within.limit }];
    expectOptimum({ system, linear, limits: both }, -within.return);
  });

  it("is limited, and its multiplier is the slope of the greatest return", () => {
    const linear = means.map((mean) => -mean);
    const limits = [{ term, limit: expected.limit }];
    const answer = expectOptimum({ system, linear, limits }, -expected.return);
    const step = 1e-5 * expected.limit;
    const more = objectiveOf({ system, linear, limits: [{ term, limit: expected.limit + step }] });
    const less = objectiveOf({ system, linear, limits: [{ term, limit: expected.limit - step }] });
    expect((less - more) / (2 * step)).toBeCloseTo(answer.multipliers.limits[0], 4);
  });
});

describe("maximizeRatio", () => {
  const ratios = Object.entries(reference.cases).filter(([, { ratio }]) => ratio !== undefined);

  it.each(ratios)("finds the greatest mean return over %s", (name, { ratio }) => {
    const term = TERMS[name];
    const answer = maximizeRatio(
      { system, terms: [{ weight: 1, term }] },
      { returns: means, riskFree: 0 },
    );

    expect(answer.status).toBe("optimal");
    expect("objective" in answer && relative(answer.objective, ratio ?? 0)).toBeLessThan(1e-8);
  });

  it("says that no portfolio earns more than the riskless asset", () => {
    const program = { system, terms: [{ weight: 1, term: tail }] };
    const answer = maximizeRatio(program, { returns: means, riskFree: 0.01 });
    expect(answer.status).toBe("no-positive-excess");
  });
});

it("holds exactly nothing of what it does not hold", () => {
  const { x } = expectOptimum(
    { system, terms: [{ weight: 1, term: tail }] },
    caseOf("cases", "conditionalValueAtRisk").minimum,
  );
  expect(x.filter((weight) => weight !== 0 && weight < 1e-8)).toHaveLength(0);
  expect(x.filter((weight) => weight === 0).length).toBeGreaterThan(5);
});

it("finds the portfolio of the greatest growth", () => {
  const program = {
    system,
    terms: [{ weight: 1, term: { kind: "negative-log-growth", returns } as const }],
  };
  const answer = solveConvex(program);

  expect(answer.status).toBe("optimal");
  expect(
    "objective" in answer && relative(-answer.objective, reference.logGrowth.growth),
  ).toBeLessThan(1e-7);
});

function expectOptimum(program: ConvexProgram, value: number) {
  const answer = solveConvex(program);
  if (answer.status !== "optimal") {
    throw new Error(
      `${answer.status}: ${JSON.stringify("certificate" in answer && answer.certificate)}`,
    );
  }
  expect(relative(answer.objective, value)).toBeLessThan(1e-8);
  expect(answer.certificate.primalResidual).toBeLessThan(1e-9);
  return answer;
}

function objectiveOf(program: ConvexProgram): number {
  const answer = solveConvex(program);
  return "objective" in answer ? answer.objective : Number.NaN;
}

function caseOf(kind: "cases" | "turnover", name: string): Case {
  const found = reference[kind][name];
  if (found === undefined) {
    throw new Error(`convex.json has no ${name}`);
  }
  return found;
}

function relative(value: number, expected: number): number {
  return Math.abs(value - expected) / Math.abs(expected);
}

function sum(parts: readonly (readonly [number, ConvexTerm])[]): ConvexTerm {
  return { kind: "sum", parts: parts.map(([weight, term]) => ({ weight, term })) };
}

function ones(value = 1): Float64Array {
  return new Float64Array(STOCKS).fill(value);
}

function unit(i: number): Float64Array {
  return Float64Array.from({ length: STOCKS }, (_, j) => (i === j ? 1 : 0));
}

function identity(n: number): Matrix {
  return {
    rows: n,
    cols: n,
    values: Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
  };
}

function rowsOf(
  rows: readonly { coefficients: Float64Array; lower: number; upper: number }[],
): LinearSystem {
  return {
    lower: new Float64Array(STOCKS),
    upper: ones(0.2),
    rows: {
      rows: rows.length,
      cols: STOCKS,
      values: Float64Array.from(rows.flatMap(({ coefficients }) => [...coefficients])),
    },
    rowLower: Float64Array.from(rows, ({ lower }) => lower),
    rowUpper: Float64Array.from(rows, ({ upper }) => upper),
  };
}

/** F = L' with LL' the sample covariance. */
function covarianceFactor(data: Matrix): Matrix {
  const lower = choleskyFactor(sampleCovariance(data)) ?? new Float64Array();
  const n = data.cols;
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      values[i * n + j] = lower[j * n + i];
    }
  }
  return { rows: n, cols: n, values };
}
