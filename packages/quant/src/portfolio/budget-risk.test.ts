import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import { sampleReturns } from "../../test/sample-returns.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { ArgumentError } from "../errors.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import type { WeightConstraints } from "../optimize/constraints.ts";
import { factorRiskParity, principalLoadings } from "../optimize/factor-risk-parity.ts";
import { minimumVariance } from "../optimize/frontier-point.ts";
import { groupRow } from "../optimize/linear-row.ts";
import { traceDecorrelation } from "../optimize/maximum-decorrelation.ts";
import { riskParity } from "../optimize/risk-parity.ts";
import { budgetRisk } from "./budget-risk.ts";
import type { PortfolioMeasure } from "./portfolio-model.ts";
import { portfolioRisk } from "./portfolio-risk.ts";
import { relaxedRiskParity } from "./relaxed-risk-parity.ts";

interface Budgets {
  readonly budgeted: readonly {
    readonly measure: "cvar" | "cdar" | "semideviation" | "mean-absolute-deviation";
    readonly budgets: readonly number[];
    readonly cap: number | null;
    readonly group: number | null;
    readonly weights: readonly number[];
  }[];
  readonly relaxed: readonly {
    readonly penalty: number;
    readonly returnMin: number | null;
    readonly weights: readonly number[];
    readonly objective: number;
  }[];
  readonly factor: readonly {
    readonly count: number;
    readonly budgets: readonly number[];
    readonly weights: readonly number[];
  }[];
  readonly decorrelation: readonly { readonly cap: number; readonly weights: readonly number[] }[];
}

const reference = readReference<Budgets>("hierarchies.json");
const returns = sampleReturns(300);
const daily = sampleCovariance(returns);
const covariance = { ...daily, values: daily.values.map((value) => value * 252) };
const expectedReturns = historicalMean(returns).map((value) => value * 252);

const SMALL = 6;
const small = (() => {
  const values = sampleReturns(120).values.filter((_, i) => i % 20 < SMALL);
  const matrix = { rows: 120, cols: SMALL, values };
  return { returns: matrix, covariance: sampleCovariance(matrix) };
})();

function freeOf(n: number): WeightConstraints {
  return { lower: new Float64Array(n), upper: new Float64Array(n).fill(1), budget: 1, rows: [] };
}

function longOnly(cap = 1, group = 1): WeightConstraints {
  const limits = { lower: Number.NEGATIVE_INFINITY, upper: group };
  return {
    lower: new Float64Array(20),
    upper: new Float64Array(20).fill(cap),
    budget: 1,
    rows: [groupRow("group", [0, 1, 2, 3, 4], limits)],
  };
}

function measureOf(kind: Budgets["budgeted"][number]["measure"]): PortfolioMeasure {
  return kind === "cvar" || kind === "cdar" ? { kind, level: 0.95 } : { kind };
}

function weightsOf(result: object): Float64Array {
  if (!("weights" in result && result.weights instanceof Float64Array)) {
    throw new Error(JSON.stringify(result));
  }
  return result.weights;
}

describe("budgetRisk", () => {
  it.each(reference.budgeted)(
    "shares out $measure as cvxpy does, cap $cap",
    ({ measure, budgets, cap, group, weights }) => {
      const model = {
        covariance,
        scenarios: { returns },
        constraints: longOnly(cap ?? 1, group ?? 1),
      };
      const b = Float64Array.from(budgets);
      const found = weightsOf(budgetRisk(model, measureOf(measure), b, cap !== null));

      const costOf = (w: ArrayLike<number>) =>
        portfolioRisk(measureOf(measure), Float64Array.from(w), model).risk /
        Math.exp(b.reduce((sum, value, i) => sum + value * Math.log(Number(w[i])), 0));
      expect(costOf(found) / costOf(weights) - 1).toBeLessThan(1e-8);
      expect(largestDifference(found, weights)).toBeLessThan(1e-5);
      for (const [i, weight] of found.entries()) {
        expect(weight).toBeLessThanOrEqual((cap ?? 1) + 1e-9);
        expect(i < 5 || weight > 0).toBe(true);
      }
    },
  );

  it.each([
    { kind: "evar", level: 0.9 },
    { kind: "rlvar", level: 0.9, deformation: 0.3 },
    { kind: "semideviation" },
    { kind: "kurtosis" },
    { kind: "semi-kurtosis" },
    { kind: "even-moment", order: 6 },
    { kind: "lower-partial-moment", order: 2, threshold: 0 },
    { kind: "evar-range", level: 0.9 },
  ] as const)("gives each asset its budget of the $kind", (measure) => {
    const model = { covariance: small.covariance, scenarios: small, constraints: freeOf(SMALL) };
    const budgets = Float64Array.from({ length: SMALL }, (_, i) => 1 + i);
    const found = weightsOf(budgetRisk(model, measure, budgets, false));

    const { contributions } = portfolioRisk(measure, found, model);
    const total = contributions.reduce((sum, value) => sum + value, 0);
    const all = budgets.reduce((sum, value) => sum + value, 0);
    // Moments of order 6 have power cones, which are solved to 1e-8.
    const digits = measure.kind === "even-moment" ? 6 : 7;
    for (const [i, budget] of budgets.entries()) {
      expect((contributions[i] ?? 0) / total).toBeCloseTo(budget / all, digits);
    }
  });

  // At kinks one subgradient of many has the shares; what they minimize is smooth to one side.
  it.each([
    { kind: "worst-realization" },
    { kind: "range" },
    { kind: "cvar-range", level: 0.9 },
    { kind: "gini-mean-difference" },
    { kind: "tail-gini", level: 0.8 },
    { kind: "tail-gini-range", level: 0.8 },
    { kind: "average-drawdown" },
    { kind: "maximum-drawdown" },
    { kind: "ulcer-index" },
    { kind: "edar", level: 0.9 },
    { kind: "rldar", level: 0.9, deformation: 0.3 },
    { kind: "robust-cvar", level: 0.9, radius: 0.001 },
  ] as const)("has the least $kind of all weights as evenly spread", (measure) => {
    const model = { covariance: small.covariance, scenarios: small, constraints: freeOf(SMALL) };
    const budgets = Float64Array.from({ length: SMALL }, (_, i) => 1 + i);
    const all = budgets.reduce((sum, value) => sum + value, 0);
    const found = weightsOf(budgetRisk(model, measure, budgets, false));

    const costOf = (w: Float64Array) =>
      portfolioRisk(measure, w, model).risk *
      Math.exp(-budgets.reduce((sum, b, i) => sum + (b / all) * Math.log(w[i] ?? 0), 0));
    const least = costOf(found) * (1 - 1e-9);
    for (let i = 0; i < SMALL; i++) {
      for (const factor of [0.98, 0.9999, 1.0001, 1.02]) {
        expect(costOf(found.map((w, k) => (k === i ? factor * w : w)))).toBeGreaterThan(least);
      }
    }
  });

  it("is exact risk parity for volatility", () => {
    const model = { covariance, scenarios: undefined, constraints: longOnly() };
    const budgets = Float64Array.from({ length: 20 }, (_, i) => i + 1);
    const exact = weightsOf(riskParity(covariance, longOnly(), [], budgets));
    const found = weightsOf(budgetRisk(model, { kind: "standard-deviation" }, budgets, true));

    expect(largestDifference(found, exact)).toBeLessThan(1e-6);
  });

  it("tells why there are no weights", () => {
    const model = { covariance, scenarios: { returns }, constraints: longOnly(0.04) };
    const equal = new Float64Array(20).fill(1);
    const constraints = { ...longOnly(), budget: -1 };
    const none = { rows: 300, cols: 20, values: new Float64Array(6000) };

    expect(budgetRisk(model, { kind: "cvar", level: 0.95 }, equal, true).status).toBe("infeasible");
    expect(
      budgetRisk(
        { ...model, scenarios: { returns: none } },
        { kind: "semideviation" },
        equal,
        false,
      ).status,
    ).toBe("no-risk");
    expect(() => budgetRisk({ ...model, constraints }, { kind: "range" }, equal, true)).toThrow(
      ArgumentError,
    );
    expect(() =>
      budgetRisk(
        model,
        { kind: "range" },
        equal.map(() => 0),
        true,
      ),
    ).toThrow(ArgumentError);
  });
});

describe("relaxedRiskParity", () => {
  it.each(reference.relaxed)(
    "agrees with cvxpy at penalty $penalty and return $returnMin",
    ({ penalty, returnMin, weights, objective }) => {
      const model = { covariance, expectedReturns, constraints: longOnly() };
      const options = { penalty, returnMin: returnMin ?? Number.NEGATIVE_INFINITY };
      const found = weightsOf(relaxedRiskParity(model, options));

      expect(largestDifference(found, weights)).toBeLessThan(2e-4);
      const { contributions } = portfolioRisk({ kind: "variance" }, found, {
        covariance,
        scenarios: undefined,
      });
      const gamma = Math.sqrt((20 * Math.min(...contributions)) / 2);
      const psi = Math.sqrt(
        found.reduce(
          (sum, w, i) =>
            sum + (contributions[i] ?? 0) / 2 + penalty * w * w * (covariance.values[i * 21] ?? 0),
          0,
        ),
      );
      expect(Math.abs(psi - gamma - objective)).toBeLessThan(1e-7);
    },
  );

  it("finds a return out of reach infeasible", () => {
    const model = { covariance, expectedReturns, constraints: longOnly() };

    expect(relaxedRiskParity(model, { penalty: 1, returnMin: 10 }).status).toBe("infeasible");
  });
});

describe("factorRiskParity", () => {
  it.each(reference.factor)("agrees with cvxpy for $count components", (each) => {
    const loadings = principalLoadings(covariance, each.count);
    const constraints = { ...longOnly(2), lower: new Float64Array(20).fill(-2), rows: [] };
    const budgets = Float64Array.from(each.budgets);
    const found = weightsOf(factorRiskParity(covariance, loadings, constraints, [], budgets));

    expect(largestDifference(found, each.weights)).toBeLessThan(1e-7);
  });

  it("takes as many components as explain 95 %, and refuses collinear factors", () => {
    const { cols } = principalLoadings(covariance);
    const twice = { rows: 20, cols: 2, values: new Float64Array(40).fill(1) };

    expect(cols).toBeGreaterThan(3);
    expect(cols).toBeLessThan(20);
    expect(() => factorRiskParity(covariance, twice, longOnly())).toThrow(ArgumentError);
    expect(() => principalLoadings(covariance, 21)).toThrow(ArgumentError);
  });
});

describe("traceDecorrelation", () => {
  it.each(reference.decorrelation)("is least correlated within $cap", ({ cap, weights }) => {
    const result = traceDecorrelation(covariance, longOnly(cap));
    const found = result.status === "optimal" ? minimumVariance(result.frontier).weights : [];

    expect(largestDifference(found, weights)).toBeLessThan(1e-6);
  });
});
