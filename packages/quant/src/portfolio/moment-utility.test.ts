import { describe, expect, it } from "vitest";
import { readReference } from "../../test/reference.ts";
import { sampleReturns, takeColumns } from "../../test/sample-returns.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { ArgumentError } from "../errors.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { annualizeCovariance, annualizeMean } from "../returns/annualize.ts";
import {
  type MomentPreferences,
  MomentUtility,
  powerUtilityPreferences,
} from "./moment-utility.ts";
import type { PortfolioModel } from "./portfolio-model.ts";
import { solveGoal } from "./solve-goal.ts";

interface Case {
  readonly preferences: MomentPreferences;
  readonly count: number;
  readonly most: number;
  readonly utility: number;
  readonly weights: readonly number[];
}

function modelOf(returns: Matrix, most = 1): PortfolioModel {
  const n = returns.cols;
  return {
    names: Array.from({ length: n }, (_, i) => `A${i}`),
    expectedReturns: annualizeMean(historicalMean(returns)),
    covariance: annualizeCovariance(sampleCovariance(returns)),
    scenarios: { returns },
    riskFreeRate: 0,
    constraints: {
      lower: new Float64Array(n),
      upper: new Float64Array(n).fill(most),
      budget: 1,
      rows: [],
    },
  };
}

const FOUR = modelOf(takeColumns(sampleReturns(100), 0, 4));
const PREFERENCES = powerUtilityPreferences(5);

describe("a utility of moments", () => {
  const cases = readReference<Case[]>("moment_utility.json");

  it.each(cases.map((one) => ({ n: one.count, ...one.preferences, one })))(
    "is SciPy's best for $n assets: $variance, $skewness, $kurtosis",
    ({ one: { preferences, count, most, utility } }) => {
      const model = modelOf(takeColumns(sampleReturns(500), 0, count), most);

      const result = solveGoal(model, { kind: "moment-utility", preferences });

      if (result.status !== "solved") throw new Error(result.status);
      expect(result.isProven).toBe(true);
      expect(result.objective).toBeGreaterThan(utility - 1e-9 * Math.abs(utility));
      expect(result.objective).toBeLessThan(utility + 1e-6 * Math.abs(utility));
      expect(result.certificate.dualResidual).toBeLessThan(1e-10);
    },
  );

  it("is that of return and variance alone without higher moments", () => {
    const preferences = { variance: 3, skewness: 0, kurtosis: 0 };
    const result = solveGoal(FOUR, { kind: "moment-utility", preferences });
    const measure = { kind: "variance" } as const;
    const expected = solveGoal(FOUR, { kind: "maximum-utility", riskAversion: 6, measure });

    if (result.status !== "solved" || expected.status !== "solved") throw new Error("unsolved");
    expect(result.objective).toBeCloseTo(expected.objective, 12);
  });

  it.each([
    { days: 60, first: 14 },
    { days: 100, first: 7 },
  ])("is not below that of one asset alone, of six over $days days", ({ days, first }) => {
    const model = modelOf(takeColumns(sampleReturns(days), first, first + 6));
    const preferences = { variance: 3, skewness: 1_500, kurtosis: 0 };
    const utility = new MomentUtility(model, preferences);
    const alone = model.names.map((_, i) => {
      const all = new Float64Array(6);
      all[i] = 1;
      return (model.expectedReturns[i] ?? 0) - utility.valueAt(all);
    });

    const result = solveGoal(model, { kind: "moment-utility", preferences });

    if (result.status !== "solved") throw new Error(result.status);
    expect(result.objective).toBeGreaterThan(Math.max(...alone) - 1e-9);
  });

  it("keeps limits that are not linear", () => {
    const trading = {
      current: Float64Array.of(0.25, 0.25, 0.25, 0.25),
      turnoverMax: 0.2,
      costs: undefined,
      yearsHeld: 1,
    };
    const riskLimits = [{ measure: { kind: "cvar", level: 0.95 } as const, max: 0.06 }];
    const goal = { kind: "moment-utility", preferences: PREFERENCES } as const;

    const result = solveGoal({ ...FOUR, trading, riskLimits }, goal);

    if (result.status !== "solved") throw new Error(result.status);
    const traded = result.weights.reduce((sum, weight) => sum + Math.abs(weight - 0.25), 0);
    expect(traded).toBeCloseTo(0.2, 9);
    expect(result.binding.map(({ ref }) => ref.type)).toContain("turnover");
  });

  it("has the slope of its values", () => {
    const utility = new MomentUtility(FOUR, { variance: 2, skewness: 800, kurtosis: 9_000 });
    const x = Float64Array.of(0.1, 0.4, 0.2, 0.3);
    const slope = utility.slopeAt(x);

    for (let i = 0; i < 4; i++) {
      const [up, down] = [1e-5, -1e-5].map((step) =>
        utility.valueAt(x.map((weight, j) => weight + (i === j ? step : 0))),
      );
      expect(slope[i]).toBeCloseTo(((up ?? 0) - (down ?? 0)) / 2e-5, 7);
    }
  });

  it.each([
    { scale: 1e-20, status: "solved" },
    { scale: 1e20, status: "solved" },
  ])("is found for returns times $scale", ({ scale, status }) => {
    const { rows, cols, values } = takeColumns(sampleReturns(50), 0, 4);
    const returns = { rows, cols, values: values.map((value) => value * scale) };

    const result = solveGoal(modelOf(returns), {
      kind: "moment-utility",
      preferences: PREFERENCES,
    });

    expect(result.status).toBe(status);
    expect("weights" in result && result.weights.every(Number.isFinite)).toBe(true);
  });

  it("goes on where assets are twins, and where one never moves", () => {
    const { rows, values } = takeColumns(sampleReturns(30), 0, 2);
    const twins = Float64Array.from({ length: rows * 4 }, (_, k) => {
      const [t, j] = [Math.floor(k / 4), k % 4];
      return j === 3 ? 0 : (values[t * 2 + (j === 2 ? 1 : j)] ?? 0);
    });
    const model = modelOf({ rows, cols: 4, values: twins }, 0.4);

    const result = solveGoal(model, { kind: "moment-utility", preferences: PREFERENCES });

    expect(result.status).toBe("solved");
  });

  it("names limits that cannot hold together", () => {
    const constraints = { ...FOUR.constraints, upper: new Float64Array(4).fill(0.1) };
    const goal = { kind: "moment-utility", preferences: PREFERENCES } as const;

    expect(solveGoal({ ...FOUR, constraints }, goal).status).toBe("infeasible");
  });

  it.each([
    [{ ...PREFERENCES, skewness: -1 }, FOUR],
    [{ ...PREFERENCES, kurtosis: Number.NaN }, FOUR],
    [PREFERENCES, { ...FOUR, scenarios: undefined }],
  ])("refuses %o", (preferences, model) => {
    expect(() => solveGoal(model, { kind: "moment-utility", preferences })).toThrow(ArgumentError);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("has no preferences of %d", (aversion) => {
    expect(() => powerUtilityPreferences(aversion)).toThrow(ArgumentError);
  });
});
