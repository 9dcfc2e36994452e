import { describe, expect, it } from "vitest";
import { readReference } from "../../../test/reference.ts";
import { sampleReturns } from "../../../test/sample-returns.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { uniformSource } from "../../random/splitmix.ts";
import type { RiskMeasure } from "../../risk/measures/risk-measure.ts";
import type { ConvexProgram } from "../program.ts";
import { riskTerm } from "../risk-term.ts";
import { solveConvex } from "../solve-convex.ts";
import { solveBySimplex } from "./solve-by-simplex.ts";

const MEASURES: readonly RiskMeasure[] = [
  { kind: "cvar", level: 0.9 },
  { kind: "cvar", level: 0.5 },
  { kind: "worst-realization" },
  { kind: "mean-absolute-deviation" },
  { kind: "lower-partial-moment", order: 1, threshold: 0.001 },
  { kind: "cvar-range", level: 0.9 },
  { kind: "range" },
];

describe("solveBySimplex beside HiGHS", () => {
  interface Case {
    readonly panel: string;
    readonly measure: RiskMeasure;
    readonly limited: boolean;
    readonly least: number;
  }
  const reference = readReference<{ readonly days: number; readonly cases: readonly Case[] }>(
    "scenario-programs.json",
  );
  const panels = panelsOf(sampleReturns(reference.days));

  it.each(reference.cases)("minimizes $measure.kind of $panel, limited: $limited", (given) => {
    const returns = panels[given.panel];
    const term = riskTerm(given.measure, { returns });
    const limits = given.limited ? limitedBy(returns) : LONG;

    const result = proven({ terms: [{ weight: 1, term }], ...limits });

    // HiGHS stops at 1e-9 or so of its own.
    expect(Math.abs(result.objective - given.least)).toBeLessThan(2e-9);
    expect(result.certificate.gap).toBeLessThan(1e-12);
    expect(result.certificate.primalResidual).toBeLessThan(1e-12);
  });
});

describe("solveBySimplex beside the interior point", () => {
  it("agrees on random programs, degenerate ones among them", () => {
    let proofs = 0;
    for (let seed = 1; seed <= 120; seed++) {
      const program = randomHinges(seed);

      const found = solveBySimplex(program, {});
      const expected = solveConvex(curved(program));

      if (found?.status !== "optimal") {
        expect(expected.status).not.toBe("optimal");
        continue;
      }
      proofs += 1;
      if (expected.status !== "optimal") {
        throw new Error(`seed ${seed}: the interior point ends ${expected.status}`);
      }
      expect(found.objective).toBeCloseTo(expected.objective, 10);
    }
    expect(proofs).toBeGreaterThan(60);
  });

  it("has its shadow prices", () => {
    const returns = sampleReturns(250);
    const term = riskTerm({ kind: "cvar", level: 0.9 }, { returns });
    const program = { terms: [{ weight: 2, term }], ...limitedBy(returns, 8) };

    const { multipliers } = proven(program);
    const expected = solveConvex(curved(program));

    if (expected.status !== "optimal") {
      throw new Error(`the interior point ends ${expected.status}`);
    }
    for (const kind of ["bounds", "rows", "limits"] as const) {
      for (const [i, price] of expected.multipliers[kind].entries()) {
        expect(multipliers[kind][i]).toBeCloseTo(price, 8);
      }
    }
    expect(multipliers.limits[0]).toBeGreaterThan(0.1);
  });

  it.each([0.2, 0.6, 1.2])(
    "agrees where turnover is limited to %s and trades cost",
    (turnoverMax) => {
      const returns = sampleReturns(250);
      const risk = riskTerm({ kind: "cvar", level: 0.9 }, { returns });
      const ones = new Float64Array(20).fill(1);
      const center = Float64Array.from({ length: 20 }, (_, i) => (i < 8 ? 0.125 : 0));
      const costs = Float64Array.from({ length: 20 }, (_, i) => 1e-4 * (1 + (i % 3)));
      const program: ConvexProgram = {
        ...LONG,
        terms: [
          { weight: 1, term: risk },
          { weight: 1, term: { kind: "absolute", above: costs, below: costs, center } },
        ],
        limits: [
          { term: { kind: "absolute", above: ones, below: ones, center }, limit: turnoverMax },
        ],
      };

      const found = proven(program);
      const expected = solveConvex(curved(program));

      if (expected.status !== "optimal") {
        throw new Error(`the interior point ends ${expected.status}`);
      }
      expect(found.objective).toBeCloseTo(expected.objective, 11);
      expect(found.certificate.gap).toBeLessThan(1e-12);
      expect(found.limitValues[0]).toBeLessThan(turnoverMax + 1e-12);
      expect(found.multipliers.limits[0]).toBeCloseTo(expected.multipliers.limits[0], 8);
      expect(found.multipliers.rows[0]).toBeCloseTo(expected.multipliers.rows[0], 8);
    },
  );

  it("keeps to the sizes of the numbers", () => {
    for (const size of [1e-120, 1e-10, 1e10, 1e120]) {
      const small = sampleReturns(60);
      const returns = { ...small, values: small.values.map((value) => value * size) };
      const term = riskTerm({ kind: "cvar", level: 0.9 }, { returns });
      const least = riskTerm({ kind: "cvar", level: 0.9 }, { returns: small });

      const found = proven({ terms: [{ weight: 1, term }], ...LONG });
      const expected = proven({ terms: [{ weight: 1, term: least }], ...LONG });

      expect(found.objective / size / expected.objective).toBeCloseTo(1, 12);
    }
  });

  it("leaves to it what is infeasible, unbounded or curved", () => {
    const returns = sampleReturns(60);
    const terms = [{ weight: 1, term: riskTerm({ kind: "cvar", level: 0.9 }, { returns }) }];
    const dear = { ...LONG.system, rowLower: Float64Array.of(6), rowUpper: Float64Array.of(6) };
    const open = {
      ...LONG.system,
      lower: new Float64Array(20).fill(Number.NEGATIVE_INFINITY),
      upper: new Float64Array(20).fill(Number.POSITIVE_INFINITY),
    };
    const linear = Float64Array.from({ length: 20 }, (_, i) => i);

    expect(solveBySimplex({ terms, system: dear }, {})).toBeUndefined();
    expect(solveBySimplex({ terms, linear, system: open }, {})).toBeUndefined();
    expect(solveBySimplex(curved({ terms, ...LONG }), {})).toBeUndefined();
    expect(solveConvex({ terms, system: dear }).status).toBe("infeasible");
    expect(solveConvex({ terms, linear, system: open }).status).toBe("unbounded");
  });

  it("stops when it is asked to", () => {
    const returns = sampleReturns(250);
    const terms = [{ weight: 1, term: riskTerm({ kind: "cvar", level: 0.9 }, { returns }) }];

    const result = solveConvex({ terms, ...LONG }, { shouldStop: () => true });

    expect(result.status).toBe("stopped");
  });
});

describe("a start", () => {
  const history = sampleReturns(400);
  const terms = (from: number) => {
    const returns = {
      rows: 250,
      cols: 20,
      values: history.values.slice(20 * from, 20 * (from + 250)),
    };
    return [{ weight: 1, term: riskTerm({ kind: "cvar", level: 0.9 }, { returns }) }];
  };

  it("from the month before gives the same weights in fewer steps", () => {
    let cold = 0;
    let warm = 0;
    let start = proven({ terms: terms(0), ...LONG }).x;
    for (let from = 21; from < 150; from += 21) {
      const program = { terms: terms(from), ...LONG };

      const afresh = proven(program);
      const onward = solveBySimplex(program, { start: { x: start } });

      if (onward?.status !== "optimal") {
        throw new Error("the start leads to no proof");
      }
      cold += afresh.certificate.iterations;
      warm += onward.certificate.iterations;
      for (const [i, weight] of afresh.x.entries()) {
        expect(onward.x[i]).toBeCloseTo(weight, 12);
      }
      start = onward.x;
    }
    expect(warm).toBeLessThan(cold / 2);
  });

  it.each([
    ["breaks a limit", new Float64Array(20).fill(1)],
    ["is between all bounds", new Float64Array(20).fill(0.05)],
    ["is no number", new Float64Array(20).fill(Number.NaN)],
    ["is too short", new Float64Array(3)],
  ])("that %s changes nothing", (_, start) => {
    const program = { terms: terms(0), ...LONG };

    const found = solveBySimplex(program, { start: { x: start } });

    if (found?.status !== "optimal") {
      throw new Error("no proof");
    }
    const expected = proven(program);
    for (const [i, weight] of expected.x.entries()) {
      expect(found.x[i]).toBeCloseTo(weight, 12);
    }
  });

  it("does not choose among equally good portfolios", () => {
    const twins = panelsOf(sampleReturns(250))["twins"];
    const term = riskTerm({ kind: "cvar", level: 0.9 }, { returns: twins });
    const program = { terms: [{ weight: 1, term }], ...LONG };
    const expected = proven(program);
    const start = expected.x.map((_, i) => expected.x[(i + 10) % 20]);

    const found = solveBySimplex(program, { start: { x: start } });

    expect(found).toMatchObject({ x: expected.x });
  });
});

/** Weights from 0 to a quarter that sum to 1. */
const LONG = {
  system: {
    lower: new Float64Array(20),
    upper: new Float64Array(20).fill(0.25),
    rows: { rows: 1, cols: 20, values: new Float64Array(20).fill(1) },
    rowLower: Float64Array.of(1),
    rowUpper: Float64Array.of(1),
  },
};

/** The limits of make_scenario_programs.py; the factor there is 1.2. */
function limitedBy(returns: Matrix, factor = 1.2): Pick<ConvexProgram, "system" | "limits"> {
  const means = new Float64Array(20);
  for (const [i, value] of returns.values.entries()) {
    means[i % 20] += value / returns.rows;
  }
  const target = (factor * means.reduce((sum, mean) => sum + mean, 0)) / 20;
  const rows = Float64Array.from({ length: 40 }, (_, i) => (i < 25 ? 1 : 0));
  return {
    system: {
      lower: new Float64Array(20).fill(-0.1),
      upper: new Float64Array(20).fill(0.3),
      rows: { rows: 2, cols: 20, values: rows },
      rowLower: Float64Array.of(1, 0.1),
      rowUpper: Float64Array.of(1, 0.3),
    },
    limits: [
      {
        term: { kind: "absolute", above: means.map((mean) => -mean), below: means },
        limit: -target,
      },
    ],
  };
}

function panelsOf(returns: Matrix): Record<string, Matrix> {
  const map = (change: (value: number, asset: number, i: number) => number): Matrix => ({
    ...returns,
    values: returns.values.map((value, i) => change(value, i % 20, i)),
  });
  return {
    "as they are": returns,
    rounded: map((value) => Math.round(value * 100) / 100),
    twins: map((value, asset, i) => (asset < 10 ? value : returns.values[i - 10])),
    zeros: map((value, asset) => (asset < 5 ? 0 : value)),
    "fewer days than assets": { rows: 12, cols: 20, values: returns.values.slice(-240) },
  };
}

function proven(program: ConvexProgram) {
  const result = solveBySimplex(program, {});
  if (result?.status !== "optimal") {
    throw new Error(`the simplex method ends ${result?.status}`);
  }
  return result;
}

/** The same program, but for a quadratic form of zeros, which asks for the interior point. */
function curved(program: ConvexProgram): ConvexProgram {
  const n = program.system.lower.length;
  return { ...program, quadratic: { rows: n, cols: n, values: new Float64Array(n * n) } };
}

/** A program of few scenarios, many of them with ties, copies and zeros. */
function randomHinges(seed: number): ConvexProgram {
  const uniform = uniformSource(seed);
  const isLikely = (probability: number) => uniform() < probability;
  const n = 2 + Math.floor(uniform() * 18);
  const days = 2 + Math.floor(uniform() * 50);
  const step = isLikely(0.4) ? 1 / 300 : 1e-9;
  const values = Float64Array.from({ length: days * n }, () => {
    return Math.round((0.02 * (uniform() + uniform() - 1)) / step) * step;
  });
  for (let t = 1; t < days; t++) {
    if (isLikely(0.1)) {
      values.copyWithin(t * n, (t - 1) * n, t * n);
    }
  }
  const isTwin = isLikely(0.3);
  for (let i = 1; isTwin && i < values.length; i += n) {
    values[i] = values[i - 1];
  }
  const floor = isLikely(0.3) ? -0.4 : 0;
  const lower = Float64Array.from({ length: n }, () => floor * uniform());
  const upper = lower.map((low) => (isLikely(0.1) ? low : low + (4 * uniform()) / n + 0.1));
  const rows = new Float64Array(2 * n).fill(1, 0, n);
  for (let i = n; i < 2 * n; i++) {
    rows[i] = isLikely(0.4) ? Math.round(4 * uniform() - 2) : 0;
  }
  const side = uniform() - 0.5;
  const term = riskTerm(MEASURES[Math.floor(uniform() * MEASURES.length)], {
    returns: { rows: days, cols: n, values },
  });
  return {
    terms: [{ weight: 0.5 + uniform(), term }],
    ...(isLikely(0.3) ? { linear: Float64Array.from(lower, () => 0.01 * uniform()) } : {}),
    system: {
      lower,
      upper,
      rows: { rows: 2, cols: n, values: rows },
      rowLower: Float64Array.of(1, side),
      rowUpper: Float64Array.of(1, isLikely(0.3) ? side : side + uniform()),
    },
  };
}
