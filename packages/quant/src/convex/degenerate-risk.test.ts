import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { uniformSource } from "../random/splitmix.ts";
import type { RiskMeasure } from "../risk/measures/risk-measure.ts";
import { maximizeRatio } from "./maximize-ratio.ts";
import { riskTerm, rootRiskTerm } from "./risk-term.ts";
import { solveConvex } from "./solve-convex.ts";

const MEASURES: readonly RiskMeasure[] = [
  { kind: "variance" },
  { kind: "semideviation" },
  { kind: "mean-absolute-deviation" },
  { kind: "kurtosis" },
  { kind: "semi-kurtosis" },
  { kind: "even-moment", order: 6 },
  { kind: "worst-realization" },
  { kind: "cvar", level: 0.9 },
  { kind: "evar", level: 0.9 },
  { kind: "rlvar", level: 0.9, deformation: 0.3 },
  { kind: "range" },
  { kind: "average-drawdown" },
  { kind: "maximum-drawdown" },
  { kind: "ulcer-index" },
  { kind: "cdar", level: 0.9 },
  { kind: "edar", level: 0.9 },
  { kind: "rldar", level: 0.9, deformation: 0.3 },
  { kind: "tail-gini", level: 0.8 },
];

const ordinary = randomReturns(20, 4, 9);

const PANELS: Readonly<Record<string, Matrix>> = {
  zeros: { rows: 10, cols: 4, values: new Float64Array(40) },
  "one constant return": { rows: 10, cols: 4, values: new Float64Array(40).fill(0.01) },
  "equal assets": { ...ordinary, values: ordinary.values.map((_, i, v) => v[i - (i % 2)]) },
  "more assets than scenarios": randomReturns(5, 12, 7),
  "two scenarios": randomReturns(2, 4, 5),
  "huge returns": scaled(1e100),
  "tiny returns": scaled(1e-100),
  "sizes over twelve decades": {
    ...ordinary,
    values: ordinary.values.map((value, i) => value * [1e-8, 1, 1e4, 1][i % 4]),
  },
  "returns that only rise": { ...ordinary, values: ordinary.values.map(Math.abs) },
};

describe("scenarios that cannot happen", () => {
  // The norm makes it a cone program.
  const norm = { kind: "norm", matrix: matrixFromRows([[0.01, 0, 0, 0]]) } as const;

  it.each([
    { kind: "worst-realization" },
    { kind: "range" },
    { kind: "maximum-drawdown" },
    { kind: "cdar", level: 0.9 },
  ] as const)("leave $kind as it is, at the end", (measure) => {
    const { rows, cols, values } = ordinary;
    const possible = new Float64Array(rows).fill(1 / rows);
    const crash = new Float64Array(cols).fill(-0.5);
    const minimized = (returns: Matrix, probabilities: Float64Array) => {
      const risk = { weight: 1, term: riskTerm(measure, { returns, probabilities }) };
      const terms = [risk, { weight: 1, term: norm }];
      const result = solveConvex({ terms, system: fullyInvested(cols) });
      return result.status === "optimal" ? result.objective : Number.NaN;
    };

    const found = minimized(
      { rows: rows + 1, cols, values: Float64Array.of(...values, ...crash) },
      Float64Array.of(...possible, 0),
    );

    expect(found).toBeCloseTo(minimized(ordinary, possible), 9);
  });
});

describe.each(Object.entries(PANELS))("of %s", (_, returns) => {
  it.each(MEASURES)("$kind is minimized", (measure) => {
    const term = riskTerm(measure, { returns });

    const result = solveConvex({
      terms: [{ weight: 1, term }],
      system: fullyInvested(returns.cols),
    });

    if (result.status !== "optimal") {
      throw new Error(`${result.status} ${JSON.stringify("x" in result && result.certificate)}`);
    }
    const total = result.x.reduce((sum, weight) => sum + weight, 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-9);
    expect(Math.min(...result.x)).toBeGreaterThan(-1e-9);
    expect(Number.isFinite(result.objective)).toBe(true);
  });
});

describe("Gini's mean difference of many scenarios", () => {
  const MANY = 130;
  const gini = { kind: "gini-mean-difference" } as const;

  it("is minimized where many returns are equal", () => {
    const random = randomReturns(MANY, 4, 3);
    const returns = { ...random, values: random.values.map((y) => Math.round(50 * y) / 50) };

    const result = solveConvex({
      terms: [{ weight: 1, term: riskTerm(gini, { returns }) }],
      system: fullyInvested(4),
    });

    expect(result.status).toBe("optimal");
  });

  it("is 0 where there is no risk", () => {
    const returns = { rows: MANY, cols: 4, values: new Float64Array(4 * MANY) };

    const result = solveConvex({
      terms: [{ weight: 1, term: riskTerm(gini, { returns }) }],
      system: fullyInvested(4),
    });

    expect(result).toMatchObject({ status: "optimal", objective: 0 });
  });

  it("has the largest ratio where no trade between two assets raises it", () => {
    const returns = randomReturns(MANY, 4, 11);
    const means = Float64Array.of(0.004, 0.003, 0.002, 0.001);
    const term = rootRiskTerm(gini, { returns });

    const program = { terms: [{ weight: 1, term }], system: fullyInvested(4) };
    const best = maximizeRatio(program, { returns: means, riskFree: 0.0005 });

    expect(best.status).toBe("optimal");
    for (let trial = 0; trial < 8 && "objective" in best; trial++) {
      const limit = Float64Array.of(0.9, 0.9, 0.9, 0.9);
      limit[trial % 4] = Math.max(0, best.x[trial % 4] - 0.01 - trial / 100);
      const system = { ...fullyInvested(4), upper: limit };
      const other = maximizeRatio({ ...program, system }, { returns: means, riskFree: 0.0005 });
      expect("objective" in other && other.objective).toBeLessThan(best.objective * (1 + 1e-9));
    }
  });
});

it.each([
  { kind: "evar", level: 0.8 },
  { kind: "rlvar", level: 0.8, deformation: 0.3 },
  { kind: "edar", level: 0.8 },
] as const)(
  "$kind of a tail no scenario is rarer than is the worst of them, to the last digits",
  (measure) => {
    const returns = randomReturns(4, 3, 3);
    const worst = measure.kind === "edar" ? "maximum-drawdown" : "worst-realization";
    const solve = (term: ReturnType<typeof riskTerm>) =>
      solveConvex({ terms: [{ weight: 1, term }], system: fullyInvested(3) });

    const result = solve(riskTerm(measure, { returns }));
    const expected = solve(riskTerm({ kind: worst }, { returns }));

    if (result.status !== "optimal" || expected.status !== "optimal") {
      throw new Error(`${result.status}, ${expected.status}`);
    }
    expect(result.certificate.gap).toBeLessThan(1e-12);
    expect(result.objective / expected.objective).toBeCloseTo(1, 12);
  },
);

it("needs two scenarios where a mean is estimated", () => {
  const returns = randomReturns(1, 3, 1);
  const term = riskTerm({ kind: "variance" }, { returns });

  expect(() => solveConvex({ terms: [{ weight: 1, term }], system: fullyInvested(3) })).toThrow(
    ArgumentError,
  );
});

function randomReturns(rows: number, cols: number, seed: number): Matrix {
  const uniform = uniformSource(seed);
  const values = Float64Array.from({ length: rows * cols }, () => (uniform() - 0.48) / 10);
  return { rows, cols, values };
}

function scaled(factor: number): Matrix {
  return { ...ordinary, values: ordinary.values.map((value) => value * factor) };
}

function fullyInvested(n: number) {
  return {
    lower: new Float64Array(n),
    upper: new Float64Array(n).fill(1),
    rows: matrixFromRows([new Array<number>(n).fill(1)]),
    rowLower: Float64Array.of(1),
    rowUpper: Float64Array.of(1),
  };
}
