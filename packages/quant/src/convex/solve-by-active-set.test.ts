import { describe, expect, it } from "vitest";
import { readReference } from "../../test/reference.ts";
import { sampleReturns } from "../../test/sample-returns.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { uniformSource } from "../random/splitmix.ts";
import type { ConvexProgram } from "./program.ts";
import { solveConvex } from "./solve-convex.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

const reference = readReference<{
  days: number;
  cases: Record<string, { least: number; spread: number }>;
}>("quadratic-terms.json");

const STOCKS = 20;
const returns = sampleReturns(reference.days);
const means = historicalMean(returns);
const covariance = sampleCovariance(returns);
const equal = new Float64Array(STOCKS).fill(1 / STOCKS);
const base: ConvexProgram = {
  linear: means.map((mean) => -mean),
  quadratic: { ...covariance, values: covariance.values.map((value) => 2 * value) },
  system: {
    lower: new Float64Array(STOCKS).fill(-0.3),
    upper: new Float64Array(STOCKS).fill(0.3),
    rows: { rows: 1, cols: STOCKS, values: new Float64Array(STOCKS).fill(1) },
    rowLower: Float64Array.of(1),
    rowUpper: Float64Array.of(1),
  },
};
const gross = absolute(1, 1);
const turnover: ConvexTerm = { ...absolute(1, 1), center: equal };

// The cases of make_quadratic_terms.py.
const PROGRAMS: Record<string, ConvexProgram> = {
  plain: base,
  gross: { ...base, limits: [{ term: gross, limit: 1.2 }] },
  turnover: { ...base, limits: [{ term: turnover, limit: 0.4 }] },
  "short and turnover": {
    ...base,
    limits: [
      { term: absolute(0, 1), limit: 0.1 },
      { term: turnover, limit: 0.8 },
    ],
  },
  "linear costs": { ...base, terms: [{ weight: 1e-4, term: turnover }] },
  "costs and gross": {
    ...base,
    terms: [
      { weight: 1e-4, term: { ...absolute(1, 0), center: equal } },
      { weight: 1, term: absolute(0, 3e-4) },
    ],
    limits: [{ term: gross, limit: 1.3 }],
  },
};

describe.each(Object.entries(PROGRAMS))("a quadratic objective with %s", (name, program) => {
  it("is least where two solvers have it, proven to 1e-10 by its working set", () => {
    const result = solveConvex(program);

    if (result.status !== "optimal") {
      throw new Error(result.status);
    }
    const { least, spread } = reference.cases[name];
    const { algorithm, primalResidual, dualResidual, gap } = result.certificate;
    expect(algorithm).toBe("active-set/1");
    expect(Math.max(primalResidual, dualResidual, gap)).toBeLessThanOrEqual(1e-10);
    expect(Math.abs(result.objective / least - 1)).toBeLessThanOrEqual(1e-11 + 2 * spread);
  });
});

// Prices of two limits that both bind are not unique.
it.each(["gross", "turnover"])(
  "has the shadow price of its cone program where %s is limited",
  (name) => {
    const program = PROGRAMS[name] ?? base;
    // A norm that never binds makes it one.
    const idle = { term: { kind: "norm", matrix: base.system.rows } as const, limit: 2 };
    const cones = solveConvex({ ...program, limits: [...(program.limits ?? []), idle] });
    const result = solveConvex(program);

    if (result.status !== "optimal" || cones.status !== "optimal") {
      throw new Error(`${result.status}, ${cones.status}`);
    }
    expect(cones.certificate.algorithm).toBe("conic-interior-point/2");
    expect(result.objective / cones.objective).toBeCloseTo(1, 9);
    expect(result.multipliers.limits[0] / cones.multipliers.limits[0]).toBeCloseTo(1, 5);
  },
);

it("adds terms with equal centers up where a sum is limited, and a line from another center", () => {
  const line: ConvexTerm = { ...absolute(-1, 1), center: new Float64Array(STOCKS).fill(0.01) };
  const offset: ConvexTerm = { kind: "affine", slope: new Float64Array(STOCKS), offset: 0.05 };
  const parts = [
    { weight: 0.5, term: turnover },
    { weight: 0.5, term: { ...absolute(1, 1), center: equal } },
    { weight: 1, term: line },
    { weight: 1, term: offset },
  ] as const;
  // The line is −Σ(xᵢ − 0.01) = −0.8 for weights of sum 1.
  const summed = solveConvex({
    ...base,
    limits: [{ term: { kind: "sum", parts }, limit: 0.4 - 0.8 + 0.05 }],
  });
  const plain = solveConvex(PROGRAMS["turnover"] ?? base);

  if (summed.status !== "optimal" || plain.status !== "optimal") {
    throw new Error(`${summed.status}, ${plain.status}`);
  }
  expect(summed.certificate.algorithm).toBe("active-set/1");
  expect(summed.objective / plain.objective).toBeCloseTo(1, 10);
});

it("is a cone program where a sum limits one asset around two centers", () => {
  const parts = [
    { weight: 1, term: turnover },
    { weight: 1, term: gross },
  ];
  const result = solveConvex({ ...base, limits: [{ term: { kind: "sum", parts }, limit: 2 }] });

  expect(result).toMatchObject({
    status: "optimal",
    certificate: { algorithm: "conic-interior-point/2" },
  });
});

it("is proven to 1e-10 for covariances of every rank, with shorts and costs", () => {
  const uniform = uniformSource(5);
  for (let round = 0; round < 60; round++) {
    const n = 2 + (round % 7);
    const result = solveConvex(randomProgram(n, 1 + (round % 4), uniform));

    if (result.status !== "optimal") {
      throw new Error(`${round}: ${result.status}`);
    }
    const { primalResidual, dualResidual, gap } = result.certificate;
    expect(Math.max(primalResidual, dualResidual, gap)).toBeLessThanOrEqual(1e-10);
  }
});

function randomProgram(n: number, rank: number, uniform: () => number): ConvexProgram {
  const factor = Float64Array.from({ length: rank * n }, () => uniform() - 0.5);
  const values = Float64Array.from({ length: n * n }, (_, k) => {
    let sum = 0;
    for (let f = 0; f < rank; f++) {
      sum += factor[f * n + Math.floor(k / n)] * factor[f * n + (k % n)];
    }
    return sum;
  });
  const ones = new Float64Array(n).fill(1);
  const quadratic: Matrix = { rows: n, cols: n, values };
  const costs = { above: ones, below: ones, center: ones.map(() => uniform()) };
  return {
    linear: ones.map(() => 0.1 * (uniform() - 0.5)),
    quadratic,
    terms: [{ weight: 0.01 * uniform(), term: { kind: "absolute", ...costs } }],
    limits: [{ term: { kind: "absolute", above: ones, below: ones }, limit: 1 + 2 * uniform() }],
    system: {
      lower: ones.map(() => -1),
      upper: ones,
      rows: { rows: 1, cols: n, values: ones },
      rowLower: Float64Array.of(1),
      rowUpper: Float64Array.of(1),
    },
  };
}

function absolute(above: number, below: number) {
  return {
    kind: "absolute",
    above: new Float64Array(STOCKS).fill(above),
    below: new Float64Array(STOCKS).fill(below),
  } as const;
}
