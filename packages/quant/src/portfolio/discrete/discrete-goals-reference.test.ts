import { describe, expect, it } from "vitest";
import { readReference } from "../../../test/reference.ts";
import { sampleReturns, takeColumns } from "../../../test/sample-returns.ts";
import { sampleCovariance } from "../../covariance/sample-covariance.ts";
import { historicalMean } from "../../expected-returns/historical-mean.ts";
import type { Discreteness } from "../../optimize/integer/discrete-portfolio.ts";
import { annualizeCovariance, annualizeMean } from "../../returns/annualize.ts";
import type { Goal, PortfolioModel } from "../portfolio-model.ts";
import { solveDiscreteGoal } from "./solve-discrete-goal.ts";

// By HiGHS and Clarabel: make_discrete_goals.py.
const reference = readReference<Record<string, number>>("discrete-goals.json");

const N = 6;
const returns = takeColumns(sampleReturns(60), 0, N);
const EVEN = new Float64Array(N).fill(1 / N);
const MODEL: PortfolioModel = {
  names: [],
  expectedReturns: annualizeMean(historicalMean(returns)),
  covariance: annualizeCovariance(sampleCovariance(returns)),
  scenarios: { returns },
  riskFreeRate: 0,
  constraints: {
    lower: new Float64Array(N),
    upper: new Float64Array(N).fill(0.6),
    budget: 1,
    rows: [],
  },
};
const FEW: Discreteness = {
  holdings: {
    leastAbove: new Float64Array(N).fill(0.1),
    leastBelow: new Float64Array(N).fill(0.1),
    counts: [{ members: Array.from({ length: N }, (_, i) => i), least: 0, most: 3 }],
  },
};
const TRADING = {
  current: EVEN,
  turnoverMax: Number.POSITIVE_INFINITY,
  costs: undefined,
  yearsHeld: 1,
};
const COSTS = {
  linear: new Float64Array(N).fill(0.002),
  tiers: [{ threshold: 0.1, rate: 0.004 }],
  impact: new Float64Array(N).fill(0.003),
  managementFee: new Float64Array(N),
  borrow: 0,
};
const VOLATILITY = { kind: "standard-deviation" } as const;

interface Case {
  readonly name: string;
  readonly goal: Goal;
  readonly change?: Partial<PortfolioModel>;
  readonly discreteness?: Discreteness;
  readonly sign?: -1;
}

function least(measure: Extract<Goal, { kind: "minimum-risk" }>["measure"]): Goal {
  return { kind: "minimum-risk", measure };
}

const CASES: readonly Case[] = [
  { name: "leastCvar", goal: least({ kind: "cvar", level: 0.9 }) },
  { name: "leastMeanAbsoluteDeviation", goal: least({ kind: "mean-absolute-deviation" }) },
  { name: "leastWorstRealization", goal: least({ kind: "worst-realization" }) },
  { name: "leastMaximumDrawdown", goal: least({ kind: "maximum-drawdown" }) },
  { name: "leastAverageDrawdown", goal: least({ kind: "average-drawdown" }) },
  { name: "leastVar", goal: least({ kind: "var", level: 0.95 }), discreteness: {} },
  { name: "leastVarOfFew", goal: least({ kind: "var", level: 0.95 }) },
  {
    name: "highestReturnWithinVar",
    goal: { kind: "maximum-return" },
    change: { riskLimits: [{ measure: { kind: "var", level: 0.9 }, max: 0.02 }] },
  },
  {
    name: "leastVolatilityWithinTurnover",
    goal: least(VOLATILITY),
    change: { trading: { ...TRADING, turnoverMax: 1.3 } },
  },
  {
    name: "lossOfUtilityLessCosts",
    goal: { kind: "maximum-utility", riskAversion: 4, measure: { kind: "variance" } },
    change: { trading: { ...TRADING, costs: COSTS } },
    sign: -1,
  },
  {
    name: "leastVolatilityWithinTrackingError",
    goal: least(VOLATILITY),
    change: { benchmark: { weights: EVEN, trackingErrorMax: 0.12 } },
  },
  {
    name: "lossWithinVolatility",
    goal: { kind: "target-risk", limit: { measure: VOLATILITY, max: 0.3 } },
    sign: -1,
  },
];

describe("solveDiscreteGoal", () => {
  it.each(CASES)("agrees with HiGHS and Clarabel on $name", (each) => {
    const { name, goal, change = {}, discreteness = FEW, sign = 1 } = each;

    const result = solveDiscreteGoal({ ...MODEL, ...change }, goal, discreteness);

    expect(result.status).toBe("optimal");
    const objective = result.status === "optimal" ? sign * result.solution.objective : Number.NaN;
    expect(objective / reference[name]).toBeCloseTo(1, 7);
  });
});
