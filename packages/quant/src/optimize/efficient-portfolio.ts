import type { Conflict } from "./conflicts.ts";
import { budgetRange, type WeightConstraints } from "./constraints.ts";
import type { EfficientFrontier, MeanVarianceProblem } from "./frontier.ts";
import {
  type FrontierPoint,
  minimumVariance,
  type OutOfRange,
  pointAtReturn,
  pointAtVolatility,
} from "./frontier-point.ts";
import type { Certificate, Multipliers } from "./linear-system.ts";
import { maximumSharpe } from "./maximum-sharpe.ts";
import { maximumUtility } from "./maximum-utility.ts";
import { provePoint } from "./point-certificate.ts";
import { type FrontierGoal, traceTowards } from "./trace-towards.ts";

/** The best portfolio for a goal, and the proof that it is. */
export interface EfficientPortfolio {
  readonly status: "solved";
  readonly point: FrontierPoint;
  /**
   * What the goal minimizes or maximizes, per period: the variance for least variance and a target
   * return, the utility μ'w − (γ/2)·w'Σw, the return for a target volatility, or the ratio.
   */
  readonly objective: number;
  /**
   * Rates at which the objective changes for the worse with each limit, positive where a lower
   * side binds: loosening a limit by δ gains its magnitude times δ. Row 0 is the budget, row 1 + k
   * the constraints' row k.
   */
  readonly shadowPrices: Multipliers;
  readonly certificate: Certificate;
  /** Whether a ratio's excess return is positive; true for other goals. */
  readonly excessReturnIsPositive: boolean;
  readonly frontier: EfficientFrontier;
}

export type EfficientResult =
  | EfficientPortfolio
  | OutOfRange
  | { readonly status: "infeasible"; readonly conflicts: readonly Conflict[] };

/**
 * Finds the best portfolio for a goal of mean and variance, exactly, and proves it.
 *
 * @throws As `traceFrontier`, and {ArgumentError} for a goal whose numbers make no sense.
 */
export function efficientPortfolio(
  problem: MeanVarianceProblem,
  goal: FrontierGoal,
): EfficientResult {
  const result = traceTowards(problem, goal);
  if (result.status === "infeasible") {
    return result;
  }
  const { frontier } = result;
  const found = pointFor(frontier, goal);
  if (found.status === "out-of-range") {
    return found;
  }
  return provenPortfolio(frontier, goal, found);
}

function pointFor(frontier: EfficientFrontier, goal: FrontierGoal): FrontierPoint | OutOfRange {
  switch (goal.kind) {
    case "minimum-variance":
      return minimumVariance(frontier);
    case "maximum-utility":
      return maximumUtility(frontier, goal.riskAversion);
    case "target-return":
      return pointAtReturn(frontier, goal.expectedReturn);
    case "target-volatility":
      return pointAtVolatility(frontier, goal.volatility);
    case "maximum-sharpe":
      return maximumSharpe(frontier, goal.riskFreeRate);
  }
}

function provenPortfolio(
  frontier: EfficientFrontier,
  goal: FrontierGoal,
  point: FrontierPoint,
): EfficientPortfolio {
  const { problem } = frontier;
  const { lambda, scale, objective, excess } = measured(problem, goal, point);
  // A ratio is that of excess returns: with the rate taken off every return, they are efficient too.
  const rate = goal.kind === "maximum-sharpe" ? goal.riskFreeRate : 0;
  const expectedReturns = problem.expectedReturns.map((mu) => mu - rate);
  const own = { ...problem, expectedReturns };
  const { multipliers, certificate } = provePoint(
    own,
    { weights: point.weights, lambda },
    frontier.iterations,
  );
  return {
    status: "solved",
    point,
    objective,
    shadowPrices: {
      bounds: multipliers.bounds.map((price) => price * scale),
      rows: multipliers.rows.map((price) => price * scale),
    },
    certificate,
    excessReturnIsPositive: excess > 0,
    frontier,
  };
}

interface Measured {
  readonly lambda: number;
  readonly scale: number;
  readonly objective: number;
  readonly excess: number;
}

/** Gives the objective, the λ of the proof, and the objective's rate over that of ½w'Σw − λμ'w. */
function measured(
  { constraints }: MeanVarianceProblem,
  goal: FrontierGoal,
  point: FrontierPoint,
): Measured {
  const { expectedReturn, variance, lambda } = point;
  switch (goal.kind) {
    case "minimum-variance":
      return { lambda: 0, scale: 2, objective: variance, excess: 1 };
    case "target-return":
      return { lambda, scale: 2, objective: variance, excess: 1 };
    case "maximum-utility": {
      const gamma = goal.riskAversion;
      const objective = expectedReturn - (gamma / 2) * variance;
      return { lambda: 1 / gamma, scale: gamma || 1, objective, excess: 1 };
    }
    case "target-volatility":
      return lambda > 0
        ? { lambda, scale: 1 / lambda, objective: expectedReturn, excess: 1 }
        : { lambda, scale: 0, objective: expectedReturn, excess: 1 };
    case "maximum-sharpe":
      return measuredRatio(constraints, goal.riskFreeRate, point);
  }
}

function measuredRatio(
  constraints: WeightConstraints,
  riskFreeRate: number,
  { expectedReturn, variance, volatility, lambda, weights }: FrontierPoint,
): Measured {
  const { lower, upper } = budgetRange(constraints);
  const invested = lower === upper ? upper : weights.reduce((sum, w) => sum + w, 0);
  const excess = expectedReturn - riskFreeRate * invested;
  const objective = volatility > 0 ? excess / volatility : 0;
  if (!(excess > 0 && volatility > 0)) {
    return { lambda, scale: 0, objective, excess };
  }
  // The ratio e/√v is stationary where v = λ·e.
  return { lambda: variance / excess, scale: excess / (variance * volatility), objective, excess };
}
