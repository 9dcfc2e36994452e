import { describe, expect, it } from "vitest";
import { sampleReturns, takeColumns } from "../../../test/sample-returns.ts";
import { sampleCovariance } from "../../covariance/sample-covariance.ts";
import { ArgumentError } from "../../errors.ts";
import { historicalMean } from "../../expected-returns/historical-mean.ts";
import type { Discreteness } from "../../optimize/integer/discrete-portfolio.ts";
import { annualizeCovariance, annualizeMean } from "../../returns/annualize.ts";
import { netReturn } from "../attempt-goal.ts";
import { brokenLimits } from "../broken-limits.ts";
import type { Goal, PortfolioModel } from "../portfolio-model.ts";
import { solveGoal } from "../solve-goal.ts";
import { isMinimized } from "./goal-search.ts";
import { solveDiscreteGoal } from "./solve-discrete-goal.ts";

const N = 5;
const returns = takeColumns(sampleReturns(100), 0, N);
const MEMBERS = Array.from({ length: N }, (_, i) => i);
const EVEN = new Float64Array(N).fill(1 / N);
const MODEL: PortfolioModel = {
  names: MEMBERS.map(String),
  expectedReturns: annualizeMean(historicalMean(returns)),
  covariance: annualizeCovariance(sampleCovariance(returns)),
  scenarios: { returns },
  riskFreeRate: 0.01,
  constraints: {
    lower: new Float64Array(N),
    upper: new Float64Array(N).fill(0.6),
    budget: 1,
    rows: [],
  },
};
const COSTS = {
  linear: new Float64Array(N).fill(0.002),
  tiers: [{ threshold: 0.1, rate: 0.004 }],
  impact: new Float64Array(N).fill(0.003),
  managementFee: new Float64Array(N),
  borrow: 0.01,
};
const NO_LIMIT = Number.POSITIVE_INFINITY;
const TRADING = { current: EVEN, turnoverMax: NO_LIMIT, costs: undefined, yearsHeld: 1 };
const VOLATILITY = { kind: "standard-deviation" } as const;
const SHORT = {
  ...MODEL.constraints,
  lower: new Float64Array(N).fill(-0.3),
};

function atMost(most: number, least: number): Discreteness {
  return {
    holdings: {
      leastAbove: new Float64Array(N).fill(least),
      leastBelow: new Float64Array(N).fill(least),
      counts: [{ members: MEMBERS, least: 0, most }],
    },
  };
}

/** The best over all choices of what is held, and on which side, each solved by itself. */
function bestOverChoices(model: PortfolioModel, goal: Goal, most: number, least: number): number {
  const { lower, upper } = model.constraints;
  const sides = lower.some((bound) => bound < 0) ? 3 : 2;
  const sign = isMinimized(goal) ? 1 : -1;
  let best = Number.POSITIVE_INFINITY;
  for (let code = 0; code < sides ** N; code++) {
    const side = MEMBERS.map((i) => Math.floor(code / sides ** i) % sides);
    if (side.filter((each) => each > 0).length > most) {
      continue;
    }
    const constraints = {
      ...model.constraints,
      lower: lower.map((bound, i) => [0, least, bound][side[i]]),
      upper: upper.map((bound, i) => [0, bound, -least][side[i]]),
    };
    const result = solveGoal({ ...model, constraints }, goal);
    if (result.status === "solved") {
      best = Math.min(best, sign * result.objective);
    }
  }
  return sign * best;
}

function found(model: PortfolioModel, goal: Goal, discreteness: Discreteness) {
  const result = solveDiscreteGoal(model, goal, discreteness);
  if (result.status !== "optimal" && result.status !== "stopped") {
    throw new Error(`the problem is ${result.status}`);
  }
  return result;
}

describe("solveDiscreteGoal", () => {
  it.each<{ best: string; change: Partial<PortfolioModel>; goal: Goal }>([
    {
      best: "least variance within a turnover",
      change: { trading: { ...TRADING, turnoverMax: 1.3 } },
      goal: { kind: "minimum-risk", measure: { kind: "variance" } },
    },
    {
      best: "utility less linear, piecewise and power costs",
      change: { trading: { ...TRADING, costs: COSTS } },
      goal: { kind: "maximum-utility", riskAversion: 4, measure: { kind: "variance" } },
    },
    {
      best: "return within a tracking error",
      change: { benchmark: { weights: EVEN, trackingErrorMax: 0.12 } },
      goal: { kind: "maximum-return" },
    },
    {
      best: "volatility within a tracking error",
      change: { benchmark: { weights: EVEN, trackingErrorMax: 0.1 } },
      goal: { kind: "minimum-risk", measure: VOLATILITY },
    },
    {
      best: "return within a volatility",
      change: {},
      goal: { kind: "target-risk", limit: { measure: VOLATILITY, max: 0.3 } },
    },
    {
      best: "ratio less costs",
      change: { trading: { ...TRADING, costs: COSTS } },
      goal: { kind: "maximum-ratio", measure: VOLATILITY },
    },
    {
      best: "tracking of a benchmark",
      change: { benchmark: { weights: EVEN, trackingErrorMax: NO_LIMIT } },
      goal: { kind: "benchmark-tracking" },
    },
    {
      best: "CVaR that earns a target",
      change: {},
      goal: { kind: "target-return", returnPerYear: 0.1, measure: { kind: "cvar", level: 0.9 } },
    },
    {
      best: "mean absolute deviation within a CVaR",
      change: { riskLimits: [{ measure: { kind: "cvar", level: 0.9 }, max: 0.04 }] },
      goal: { kind: "minimum-risk", measure: { kind: "mean-absolute-deviation" } },
    },
    {
      best: "maximum drawdown",
      change: {},
      goal: { kind: "minimum-risk", measure: { kind: "maximum-drawdown" } },
    },
    {
      best: "worst day",
      change: {},
      goal: { kind: "minimum-risk", measure: { kind: "worst-realization" } },
    },
    { best: "growth", change: {}, goal: { kind: "kelly", form: "exact" } },
  ])("finds the best $best with three assets of at least 15 %", ({ change, goal }) => {
    const model = { ...MODEL, ...change };

    const { status, solution, gap } = found(model, goal, atMost(3, 0.15));

    expect(status).toBe("optimal");
    expect(gap).toBeLessThan(1e-7);
    expect(solution.objective / bestOverChoices(model, goal, 3, 0.15)).toBeCloseTo(1, 7);
    expect(solution.weights.filter((weight) => weight !== 0).length).toBeLessThanOrEqual(3);
    for (const weight of solution.weights) {
      expect(weight === 0 || weight >= 0.15 - 1e-9).toBe(true);
    }
    expect(brokenLimits(solution.weights, model)).toEqual([]);
  });

  it("finds the least volatility of long and short positions within a gross exposure", () => {
    const leverage = { longMax: 1.3, shortMax: 0.3, grossMax: 1.5 };
    const model = { ...MODEL, constraints: SHORT, leverage };
    const goal = { kind: "minimum-risk", measure: VOLATILITY } as const;

    const { solution } = found(model, goal, atMost(3, 0.1));

    expect(solution.objective / bestOverChoices(model, goal, 3, 0.1)).toBeCloseTo(1, 7);
  });

  it("takes the least loss where nothing earns more than the risk-free rate", () => {
    const model = { ...MODEL, riskFreeRate: 5, trading: { ...TRADING, costs: COSTS } };
    const highest = { kind: "maximum-return" } as const;
    const ratio = { kind: "maximum-ratio", measure: VOLATILITY } as const;

    const { solution } = found(model, ratio, atMost(2, 0.2));

    expect(solution.excessReturnIsPositive).toBe(false);
    expect(netReturn(model, solution.weights)).toBeCloseTo(
      bestOverChoices(model, highest, 2, 0.2),
      8,
    );
  });

  it("says so when the limits leave something, but the choices nothing", () => {
    const trading = { ...TRADING, turnoverMax: 0.3 };
    const goal = { kind: "minimum-risk", measure: VOLATILITY } as const;

    expect(solveDiscreteGoal({ ...MODEL, trading }, goal, atMost(2, 0.1)).status).toBe(
      "infeasible",
    );
  });

  it("passes on why there is no answer even without the choices", () => {
    const goal = { kind: "target-return", returnPerYear: 9, measure: VOLATILITY } as const;

    expect(solveDiscreteGoal(MODEL, goal, atMost(2, 0.1))).toMatchObject({
      status: "unsolved",
      result: { status: "target-out-of-range" },
    });
  });

  it("returns the best so far with a gap when it is stopped", () => {
    const goal = { kind: "minimum-risk", measure: { kind: "cvar", level: 0.9 } } as const;
    const best = bestOverChoices(MODEL, goal, 2, 0.1);

    const result = solveDiscreteGoal(MODEL, goal, atMost(2, 0.1), { nodeLimit: 2 });

    expect(result.status === "stopped" && result.gap).toBeGreaterThan(0);
    expect(
      result.status === "stopped" && result.solution.objective * (1 - result.gap),
    ).toBeLessThan(best * (1 + 1e-9));
  });

  it.each([
    { kind: "minimum-risk", measure: { kind: "cvar", level: 0.9 } },
    { kind: "maximum-ratio", measure: VOLATILITY },
  ] as const)("has whole lots at the first relaxation for $kind", (goal) => {
    const lots = new Float64Array(N).fill(0.05);

    const result = solveDiscreteGoal(MODEL, goal, { lots }, { nodeLimit: 1 });
    const best = solveDiscreteGoal(MODEL, goal, { lots });

    if (!("solution" in result && "solution" in best)) {
      throw new Error(`${result.status}, ${best.status}`);
    }
    const counts = result.solution.weights.map((weight) => weight / 0.05);
    expect(counts.every((count) => Math.abs(count - Math.round(count)) < 1e-9)).toBe(true);
    expect(best.solution.objective / result.solution.objective).toBeCloseTo(1, 1);
  });

  it("has positions of the least size, and a bound, before the first choice", () => {
    const goal = { kind: "minimum-risk", measure: { kind: "mean-absolute-deviation" } } as const;
    const many = atMost(N, 0.4);
    const free = solveGoal(MODEL, goal);
    const best = bestOverChoices(MODEL, goal, N, 0.4);

    const result = solveDiscreteGoal(MODEL, goal, many, { nodeLimit: 0 });

    if (result.status !== "stopped" || free.status !== "solved") {
      throw new Error(`${result.status}, ${free.status}`);
    }
    expect(free.weights.filter((weight) => weight > 1e-6).length * 0.4).toBeGreaterThan(1);
    expect(result.solution.objective).toBeGreaterThan(best * (1 - 1e-9));
    expect(result.solution.objective * (1 - result.gap)).toBeCloseTo(free.objective, 8);
  });

  it("finds nothing when it is stopped at once", () => {
    const goal = { kind: "minimum-risk", measure: VOLATILITY } as const;
    const stop = { shouldStop: () => true };

    expect(solveDiscreteGoal(MODEL, goal, atMost(2, 0.1), stop).status).not.toBe("optimal");
  });

  it("refuses limits on risk shares", () => {
    const model = { ...MODEL, riskShareLimits: [{ assets: [0], max: 0.1 }] };
    const goal = { kind: "minimum-risk", measure: VOLATILITY } as const;

    expect(() => solveDiscreteGoal(model, goal, atMost(2, 0.1))).toThrow(ArgumentError);
  });
});
