import {
  dearestFirst,
  type FrontierResult,
  linearLimits,
  provePoint,
  traceDiversification,
} from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import { bestRatio } from "./best-ratio.ts";
import { type ChoiceOutcome, VOLATILITY } from "./choice.ts";
import { chooseGoal } from "./choose-goal.ts";
import { isLimited } from "./frontier-goal.ts";
import type { Notice } from "./notice.ts";
import type { OptimizationTask } from "./solve-task.ts";
import { volatilitiesOf } from "./volatilities.ts";

const NOT_POSITIVE: Notice = {
  reason: "NO_POSITIVE_DIVERSIFICATION",
  description:
    "No weights that the constraints allow have a positive weighted volatility. The portfolio " +
    "has the least bad diversification ratio of those on the frontier.",
};

/** Finds the portfolio of the highest diversification ratio. */
export function mostDiversified(
  task: OptimizationTask,
  estimates: EstimatesWithViews,
): ChoiceOutcome {
  const { limits, symbols } = task;
  const { covariance } = estimates;
  if (isLimited(task.portfolioLimits)) {
    return withinLimits(task, estimates);
  }
  const result = traceDiversification(covariance, limits);
  switch (result.status) {
    case "zero-volatility":
      return { status: "zero-volatility", symbols: result.assets.map((i) => symbols[i] ?? "") };
    case "infeasible":
      return result;
    case "optimal":
      return bestPoint(result);
  }
}

/** The ratio is one of volatilities in place of returns, so that limits of any kind may hold. */
function withinLimits(task: OptimizationTask, estimates: EstimatesWithViews): ChoiceOutcome {
  const { trading, ...limits } = task.portfolioLimits;
  const portfolioLimits = trading
    ? { ...limits, trading: { ...trading, costs: undefined } }
    : limits;
  return chooseGoal(
    { kind: "maximum-ratio", measure: VOLATILITY },
    { ...task, portfolioLimits, riskFreeRatePerYear: 0, robustness: undefined },
    { ...estimates, expectedReturns: volatilitiesOf(estimates.covariance) },
  );
}

function bestPoint({ frontier }: Extract<FrontierResult, { status: "optimal" }>): ChoiceOutcome {
  const { point } = bestRatio(frontier, 0);
  if (point === undefined) {
    return { status: "zero-volatility", symbols: [] };
  }
  const { multipliers, certificate } = provePoint(frontier.problem, point, frontier.iterations);
  const scale = Math.abs(point.expectedReturn) / point.volatility ** 3;
  return {
    status: "chosen",
    weights: point.weights,
    optimality: "optimal",
    certificate,
    objective: point.expectedReturn / point.volatility,
    binding: dearestFirst(linearLimits(frontier.problem, multipliers), scale),
    measure: VOLATILITY,
    notices: point.expectedReturn > 0 ? [] : [NOT_POSITIVE],
  };
}
