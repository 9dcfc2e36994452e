import { describe, expect, it } from "vitest";
import { fuzzInput } from "../../../test/fuzz/fuzz-input.ts";
import { randomProgram } from "../../../test/random-program.ts";
import { identity, matrixOf, readReference } from "../../../test/reference.ts";
import { sampleCovariance } from "../../covariance/sample-covariance.ts";
import { ArgumentError } from "../../errors.ts";
import { matrixFromRows } from "../../linalg/matrix.ts";
import { linearSystem } from "../constraints.ts";
import { traceFrontier } from "../critical-line/trace-frontier.ts";
import { minimumVariance } from "../frontier-point.ts";
import type { LinearSystem } from "../linear-system.ts";
import type { QuadraticProgram } from "./quadratic-program.ts";
import type { KinkedTerm } from "./separable-program.ts";
import { solveQuadraticProgram } from "./solve-quadratic-program.ts";
import { solveSeparableProgram } from "./solve-separable-program.ts";

interface FrontierReference {
  readonly expectedReturns: readonly number[];
  readonly covariance: readonly number[];
}
type ActiveSetReference = Record<string, { readonly objective: number; readonly x: number[] }>;

const { expectedReturns, covariance: covarianceEntries } =
  readReference<FrontierReference>("frontier.json");
const reference = readReference<ActiveSetReference>("active-set.json");
const means = Float64Array.from(expectedReturns);
const covariance = matrixOf(covarianceEntries, 20);

const NO_ROWS = { rows: { rows: 0, cols: 2, values: new Float64Array(0) } };

/** Bounds on n variables that sum to 1. */
function budgetSystem(n: number, least: number, most: number): LinearSystem {
  return {
    lower: new Float64Array(n).fill(least),
    upper: new Float64Array(n).fill(most),
    rows: { rows: 1, cols: n, values: new Float64Array(n).fill(1) },
    rowLower: Float64Array.of(1),
    rowUpper: Float64Array.of(1),
  };
}

function optimum(program: QuadraticProgram, start?: Int8Array) {
  const result = solveQuadraticProgram(program, start);
  if (result.status !== "optimal") {
    throw new Error(`the program is ${result.status}`);
  }
  return result;
}

describe("solveQuadraticProgram", () => {
  it("finds a minimum by hand, with the shadow price of the budget", () => {
    // ½(x² + y²) with x + y = 1 is least at ½ each, where it rises by ½ per unit of budget.
    const { x, objective, multipliers } = optimum({
      quadratic: { matrix: identity(2) },
      linear: new Float64Array(2),
      system: budgetSystem(2, 0, 1),
    });

    expect(Array.from(x)).toEqual([0.5, 0.5]);
    expect(objective).toBeCloseTo(0.25, 15);
    expect(multipliers.rows[0]).toBeCloseTo(0.5, 14);
  });

  it("prices a bound that binds", () => {
    // With x ≤ 0.2: x = 0.2, y = 0.8; relaxing the bound changes x − y at a rate of −0.6.
    const system = { ...budgetSystem(2, 0, 1), upper: Float64Array.of(0.2, 1) };
    const { x, multipliers } = optimum({
      quadratic: { matrix: identity(2) },
      linear: new Float64Array(2),
      system,
    });

    expect(x[1]).toBeCloseTo(0.8, 15);
    expect(multipliers.bounds[0]).toBeCloseTo(-0.6, 14);
    expect(multipliers.bounds[1]).toBe(0);
  });

  it("agrees with the critical line on the least variance", () => {
    const bounds = { lower: new Float64Array(20), upper: new Float64Array(20).fill(0.15) };
    const frontier = traceFrontier({
      expectedReturns: means,
      covariance,
      constraints: { ...bounds, budget: 1, rows: [] },
    });
    if (frontier.status !== "optimal") {
      throw new Error("there is no frontier");
    }
    const expected = minimumVariance(frontier.frontier);

    const { x } = optimum({
      quadratic: { matrix: covariance },
      linear: new Float64Array(20),
      system: budgetSystem(20, 0, 0.15),
    });

    for (let i = 0; i < 20; i++) {
      expect(x[i]).toBeCloseTo(expected.weights[i], 11);
    }
  });

  it("meets the optimality conditions, or proves that nothing is feasible, 2,000 times", () => {
    const counts = { optimal: 0, infeasible: 0 };
    for (let seed = 1; seed <= 2000; seed++) {
      const program = randomProgram(seed);
      const result = solveQuadraticProgram(program);
      if (result.status === "optimal") {
        const { primalResidual, dualResidual, gap } = result.certificate;
        expect(Math.max(primalResidual, dualResidual, gap), `seed ${seed}`).toBeLessThan(1e-10);
        counts.optimal++;
      } else if (result.status === "infeasible") {
        expectProof(program.system, result.proof.bounds, result.proof.rows);
        counts.infeasible++;
      } else {
        throw new Error(`seed ${seed} is ${result.status}`);
      }
    }
    expect(counts.optimal).toBeGreaterThan(900);
    expect(counts.infeasible).toBeGreaterThan(300);
  });

  it("names conflicting limits of which none can be spared", () => {
    let checked = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const { system, linear } = randomProgram(seed);
      const result = solveQuadraticProgram({ ...randomProgram(seed), system });
      if (result.status === "infeasible") {
        const prices = [...result.proof.bounds, ...result.proof.rows];
        const used = [...prices.keys()].filter((item) => prices[item] !== 0);
        expect(isFeasible(relaxed(system, prices), linear.length)).toBe(false);
        for (const item of used) {
          expect(isFeasible(relaxed(system, prices.with(item, 0)), linear.length)).toBe(true);
        }
        checked += used.length;
      }
    }
    expect(checked).toBeGreaterThan(100);
  });

  it("refuses a form that is not convex where the answer shows it", () => {
    const { covariance, constraints } = fuzzInput(10_899);
    const program = {
      quadratic: { matrix: covariance },
      linear: new Float64Array(covariance.cols),
      system: linearSystem(constraints),
    };

    expect(() => solveQuadraticProgram(program)).toThrow(ArgumentError);
  });

  it("gives the same answer from any start, and at once from the right one", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const program = randomProgram(seed);
      const cold = solveQuadraticProgram(program);
      if (cold.status !== "optimal") {
        continue;
      }
      const scrambled = cold.workingSet.map((_, item) => ((item * seed) % 3) - 1);

      const warm = optimum(program, cold.workingSet);
      const misled = optimum(program, scrambled);

      const size = Math.max(1e-12, Math.abs(cold.objective));
      expect(Math.abs(warm.objective - cold.objective) / size).toBeLessThan(1e-9);
      expect(Math.abs(misled.objective - cold.objective)).toBeLessThan(1e-9 * Math.max(1, size));
      expect(warm.certificate.iterations).toBeLessThanOrEqual(3);
    }
  });

  it("handles more assets than days", () => {
    const days = readReference<{ wide: { returns: number[] } }>("estimators.json").wide.returns;
    const singular = sampleCovariance(matrixOf(days, 20));

    const { objective, certificate } = optimum({
      quadratic: { matrix: singular },
      linear: new Float64Array(20),
      system: budgetSystem(20, -1, 1),
    });

    // 20 long or short assets over 10 days can be combined into one without risk.
    expect(objective).toBeLessThan(1e-18);
    expect(certificate.primalResidual).toBeLessThan(1e-12);
  });

  it("does not take a flat program within bounds for an unbounded one", () => {
    // Volatilities equal but for 1e-12, costs that no trade is worth: far away in scaled units only.
    const shares = [0, 0, 0, 0, 1.858364157003578e-11, 0];
    const loadings = shares.map((part) => part / 10 - 0.04);
    const best = 0.05000000000077751 / 10 - 0.04;
    const rates = new Float64Array(6).fill(5e-4);

    const result = solveSeparableProgram({
      quadratic: {
        matrix: matrixFromRows(loadings.map((a) => loadings.map((b) => a * b + 0.04 * 0.04))),
      },
      linear: Float64Array.from([-0.04, best, -0.04, -0.04, -0.04, -0.04], (mean) => -mean / 5),
      system: budgetSystem(6, 0, 0.3),
      costs: [{ center: new Float64Array(6).fill(1 / 6), up: rates, down: rates }],
      limits: [],
    });

    expect(result.status).toBe("optimal");
  });

  it("says along which direction an objective has no end", () => {
    const result = solveQuadraticProgram({
      quadratic: {
        matrix: matrixFromRows([
          [1, -1],
          [-1, 1],
        ]),
      },
      linear: Float64Array.of(-1, 0),
      system: {
        lower: new Float64Array(2),
        upper: new Float64Array(2).fill(Number.POSITIVE_INFINITY),
        ...NO_ROWS,
        rowLower: new Float64Array(0),
        rowUpper: new Float64Array(0),
      },
    });

    expect(result.status).toBe("unbounded");
    if (result.status === "unbounded") {
      expect(result.ray[0]).toBeCloseTo(1, 6);
      expect(result.ray[1]).toBeCloseTo(1, 6);
    }
  });

  it.each([
    ["a linear term of another length", { linear: new Float64Array(3) }],
    ["NaN", { linear: Float64Array.of(Number.NaN, 0) }],
    [
      "a negative variance",
      {
        quadratic: {
          matrix: matrixFromRows([
            [-1, 0],
            [0, 1],
          ]),
        },
      },
    ],
    ["numbers out of range", { linear: Float64Array.of(1e150, 0) }],
    ["a limit that is NaN", { system: budgetSystem(2, Number.NaN, 1) }],
  ])("refuses %s", (_, change) => {
    const program = {
      quadratic: { matrix: identity(2) },
      linear: new Float64Array(2),
      system: budgetSystem(2, 0, 1),
      ...change,
    };

    expect(() => solveQuadraticProgram(program)).toThrow(ArgumentError);
  });
});

describe("solveSeparableProgram", () => {
  const held = new Float64Array(20).fill(0.05);
  const around = (center: Float64Array, up: number, down: number): KinkedTerm => ({
    center,
    up: new Float64Array(20).fill(up),
    down: new Float64Array(20).fill(down),
  });
  const problem = (risk: number, least: number, most: number) => ({
    quadratic: { matrix: covariance },
    linear: means.map((mean) => -risk * mean),
    system: budgetSystem(20, least, most),
    costs: [] as KinkedTerm[],
    limits: [] as (KinkedTerm & { limit: number })[],
  });
  const days = readReference<{ wide: { returns: number[] } }>("estimators.json").wide.returns;
  const daily = sampleCovariance(matrixOf(days, 20));
  const singular = { ...daily, values: daily.values.map((entry) => entry * 252) };

  it.each([
    ["turnover", { ...problem(0.1, 0, 0.3), limits: [{ ...around(held, 1, 1), limit: 0.4 }] }],
    ["costs", { ...problem(0.1, 0, 1), costs: [around(held, 0.004, 0.002)] }],
    [
      "leverage",
      {
        ...problem(0.3, -0.2, 0.4),
        quadratic: { matrix: covariance, diagonal: new Float64Array(20).fill(0.02) },
        limits: [{ ...around(new Float64Array(20), 1, 1), limit: 1.6 }],
      },
    ],
    ["rows", { ...problem(0, 0, 1), system: rowSystem() }],
    [
      "singular",
      {
        ...problem(0, -0.1, 0.15),
        quadratic: { matrix: singular },
        costs: [around(held, 0.002, 0.002)],
      },
    ],
  ])("agrees with two solvers on %s", (name, program) => {
    const result = solveSeparableProgram(program);

    if (result.status !== "optimal") {
      throw new Error(`the program is ${result.status}`);
    }
    expect(result.objective).toBeCloseTo(reference[name].objective, 11);
    for (let i = 0; i < 20; i++) {
      expect(result.x[i]).toBeCloseTo(reference[name].x[i], 5);
    }
    expect(result.certificate.dualResidual).toBeLessThan(1e-10);
    expect(result.certificate.primalResidual).toBeLessThan(1e-12);
  });

  it("leaves positions exactly where trading does not pay", () => {
    const result = solveSeparableProgram({
      ...problem(0.1, 0, 1),
      costs: [around(held, 0.004, 0.002)],
    });

    if (result.status !== "optimal") {
      throw new Error(`the program is ${result.status}`);
    }
    expect(result.x.filter((weight) => weight === 0.05).length).toBeGreaterThan(5);
  });

  function rowSystem(): LinearSystem {
    const rows = [new Array<number>(20).fill(1)];
    for (let k = 0; k < 4; k++) {
      rows.push(Array.from({ length: 20 }, (_, i) => (i % 4 === k ? 1 : 0)));
    }
    rows.push(Array.from(means));
    return {
      ...budgetSystem(20, 0, 1),
      rows: matrixFromRows(rows),
      rowLower: Float64Array.of(1, 0.2, 0.2, 0.2, 0.2, 0.15),
      rowUpper: Float64Array.of(1, 0.3, 0.3, 0.3, 0.3, Number.POSITIVE_INFINITY),
    };
  }
});

function isFeasible(system: LinearSystem, n: number): boolean {
  const quadratic = { matrix: identity(n) };
  const result = solveQuadraticProgram({ quadratic, linear: new Float64Array(n), system });
  return result.status === "optimal";
}

/** Checks that limits, weighted by a proof, say that something negative is positive. */
function expectProof(system: LinearSystem, bounds: Float64Array, rows: Float64Array): void {
  const { lower, upper, rowLower, rowUpper } = system;
  const n = bounds.length;
  const combined = bounds.map((price, j) =>
    rows.reduce((sum, rowPrice, r) => sum + rowPrice * system.rows.values[r * n + j], price),
  );
  const size = Math.max(...bounds.map(Math.abs), ...rows.map(Math.abs));
  const sides = sidesAt(bounds, lower, upper) + sidesAt(rows, rowLower, rowUpper);
  expect(Math.max(0, ...combined.map(Math.abs))).toBeLessThan(1e-10 * size);
  expect(sides).toBeGreaterThan(0);
}

function sidesAt(prices: Float64Array, lower: Float64Array, upper: Float64Array): number {
  let sum = 0;
  for (const [i, price] of prices.entries()) {
    sum += price === 0 ? 0 : price * (price > 0 ? lower[i] : upper[i]);
  }
  return sum;
}

/** Keeps only the sides of limits at which a proof's prices stand. */
function relaxed(system: LinearSystem, prices: readonly number[]): LinearSystem {
  const n = system.lower.length;
  const least = (limit: number, item: number) =>
    prices[item] > 0 ? limit : Number.NEGATIVE_INFINITY;
  const most = (limit: number, item: number) =>
    prices[item] < 0 ? limit : Number.POSITIVE_INFINITY;
  return {
    lower: system.lower.map((limit, j) => least(limit, j)),
    upper: system.upper.map((limit, j) => most(limit, j)),
    rows: system.rows,
    rowLower: system.rowLower.map((limit, r) => least(limit, n + r)),
    rowUpper: system.rowUpper.map((limit, r) => most(limit, n + r)),
  };
}
