import { ArgumentError } from "../../src/errors.ts";
import type {
  Goal,
  PortfolioMeasure,
  PortfolioModel,
  TradingCosts,
} from "../../src/portfolio/portfolio-model.ts";
import { portfolioRisk } from "../../src/portfolio/portfolio-risk.ts";
import { solveWithinShares } from "../../src/portfolio/solve-within-shares.ts";
import type { EntryPoint } from "./entry-points.ts";
import { type FuzzInput, pick } from "./fuzz-input.ts";

// Iterations are bounded by the solver; this bounds its rounds of rounds.
const CHECKS_MAX = 4000;
const LEVEL = 0.8;

const MEASURES: readonly PortfolioMeasure[] = [
  { kind: "variance" },
  { kind: "standard-deviation" },
  { kind: "semideviation" },
  { kind: "mean-absolute-deviation" },
  { kind: "lower-partial-moment", order: 1, threshold: 0 },
  { kind: "lower-partial-moment", order: 2, threshold: 0.001 },
  { kind: "kurtosis" },
  { kind: "worst-realization" },
  { kind: "cvar", level: LEVEL },
  { kind: "evar", level: LEVEL },
  { kind: "rlvar", level: LEVEL, deformation: 0.3 },
  { kind: "average-drawdown" },
  { kind: "maximum-drawdown" },
  { kind: "ulcer-index" },
  { kind: "cdar", level: LEVEL },
  { kind: "edar", level: LEVEL },
  { kind: "gini-mean-difference" },
  { kind: "tail-gini", level: LEVEL, pieces: 10 },
  { kind: "range" },
  { kind: "cvar-range", level: LEVEL },
  { kind: "robust-cvar", level: LEVEL, radius: 0.01 },
  // Not convex: refused.
  { kind: "var", level: LEVEL },
];

/** Solves a random goal by a random measure under random limits and costs. */
export const goalOfMeasure: EntryPoint = (input) => {
  const model = fuzzModel(input);
  const goal = fuzzGoal(input);
  let checks = 0;
  const { result } = solveWithinShares(model, goal, {
    shouldStop: () => ++checks > CHECKS_MAX,
  });
  if (result.status !== "solved") {
    return { status: result.status, weights: [], numbers: [] };
  }
  const { weights, objective, certificate, isProven } = result;
  const { primalResidual, dualResidual, gap } = certificate;
  const broken = brokenLimits(model, weights);
  return {
    status: isProven ? "proven" : "nearly solved",
    weights: [weights],
    numbers: [Float64Array.of(objective, primalResidual, dualResidual, gap)],
    ...(isProven ? { residual: Math.max(primalResidual, gap) } : {}),
    excess: broken,
  };
};

export function fuzzModel(input: FuzzInput): PortfolioModel {
  const { uniform, returns, covariance, expectedReturns, constraints } = input;
  const n = expectedReturns.length;
  const model: PortfolioModel = {
    names: Array.from({ length: n }, (_, i) => `asset ${i}`),
    expectedReturns,
    covariance,
    scenarios: { returns },
    riskFreeRate: pick(uniform, [0, 0, 0.02]),
    constraints,
  };
  const current = constraints.lower.map((low, i) => (low + constraints.upper[i]) / 2);
  return {
    ...model,
    ...(uniform() < 0.2 && { leverage: fuzzLeverage(uniform) }),
    ...(uniform() < 0.3 && {
      trading: {
        current,
        turnoverMax: pick(uniform, [Number.POSITIVE_INFINITY, 0.1, 0.5, 0]),
        costs: uniform() < 0.5 ? undefined : fuzzCosts(n, uniform),
        yearsHeld: pick(uniform, [1, 0.1]),
      },
    }),
    ...(uniform() < 0.2 && {
      benchmark: {
        weights: new Float64Array(n).fill(1 / n),
        trackingErrorMax: pick(uniform, [Number.POSITIVE_INFINITY, 0.05, 0.001]),
      },
    }),
    ...(uniform() < 0.2 && {
      riskLimits: [{ measure: pick(uniform, MEASURES), max: pick(uniform, [0, 0.001, 0.02, 1]) }],
    }),
    ...(uniform() < 0.1 && {
      riskShareLimits: [{ assets: [0], max: pick(uniform, [0.05, 0.3]) }],
    }),
    ...(uniform() < 0.1 && {
      customTerms: { linear: undefined, quadratic: undefined, l1: uniform(), l2: uniform() },
    }),
    ...(uniform() < 0.1 && { worstCase: { meanBox: expectedReturns.map(Math.abs) } }),
  };
}

function fuzzLeverage(uniform: () => number) {
  return {
    longMax: pick(uniform, [Number.POSITIVE_INFINITY, 1.3, 0.5]),
    shortMax: pick(uniform, [Number.POSITIVE_INFINITY, 0.3, 0]),
    grossMax: pick(uniform, [Number.POSITIVE_INFINITY, 1.6]),
  };
}

function fuzzCosts(n: number, uniform: () => number): TradingCosts {
  return {
    linear: Float64Array.from({ length: n }, () => 0.01 * uniform()),
    tiers: uniform() < 0.3 ? [{ threshold: 0.1, rate: 0.05 }] : [],
    impact: new Float64Array(n).fill(pick(uniform, [0, 0, 0.05])),
    managementFee: new Float64Array(n).fill(pick(uniform, [0, 0.01])),
    borrow: pick(uniform, [0, 0.02]),
  };
}

export function fuzzGoal({ uniform, expectedReturns }: FuzzInput): Goal {
  const measure = pick(uniform, MEASURES);
  const returnPerYear = pick(uniform, [...expectedReturns]) * (0.5 + uniform());
  const preferences = {
    variance: pick(uniform, [0, 1, 50]),
    skewness: pick(uniform, [0, 5, 1e4]),
    kurtosis: pick(uniform, [0, 10, 1e6]),
  };
  return pick<Goal>(uniform, [
    { kind: "minimum-risk", measure },
    { kind: "minimum-risk", measure },
    { kind: "maximum-return" },
    { kind: "maximum-utility", riskAversion: 10 ** (4 * uniform() - 2), measure },
    { kind: "maximum-ratio", measure },
    { kind: "target-return", returnPerYear, measure },
    { kind: "target-risk", limit: { measure, max: pick(uniform, [0, 0.005, 0.02, 1]) } },
    { kind: "kelly", form: pick(uniform, ["exact", "approximate"]) },
    { kind: "benchmark-tracking" },
    { kind: "moment-utility", preferences },
  ]);
}

/**
 * By how much weights exceed the limits that are not linear constraints: leverage and turnover
 * beside the largest of their limits, risks beside the larger of the limit and the risk of a whole
 * unit of the first asset.
 */
function brokenLimits(model: PortfolioModel, weights: Float64Array): number {
  const { leverage, trading, riskLimits } = model;
  let worst = 0;
  if (leverage !== undefined) {
    const long = weights.reduce((sum, w) => sum + Math.max(w, 0), 0);
    const short = weights.reduce((sum, w) => sum + Math.max(-w, 0), 0);
    const { longMax, shortMax, grossMax } = leverage;
    worst = Math.max(worst, long - longMax, short - shortMax, long + short - grossMax);
  }
  if (trading !== undefined) {
    const turnover = weights.reduce((sum, w, i) => sum + Math.abs(w - trading.current[i]), 0);
    worst = Math.max(worst, turnover - trading.turnoverMax);
  }
  const size = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 1);
  return Math.max(
    worst / size,
    ...(riskLimits ?? []).map(({ measure, max }) => excessOf(model, weights, measure, max)),
  );
}

function excessOf(
  model: PortfolioModel,
  weights: Float64Array,
  measure: PortfolioMeasure,
  max: number,
): number {
  try {
    const { risk } = portfolioRisk(measure, weights, model);
    return (risk - max) / Math.max(max, 1);
  } catch (error) {
    if (error instanceof ArgumentError) {
      return 0;
    }
    throw error;
  }
}
