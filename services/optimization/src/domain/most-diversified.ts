import {
  dearestFirst,
  type FrontierResult,
  linearLimits,
  provePoint,
  traceDiversification,
} from "@portfolio/quant";
import { bestRatio } from "./best-ratio.ts";
import { type ChoiceOutcome, VOLATILITY } from "./choice.ts";
import type { Estimates } from "./estimates.ts";
import type { Notice } from "./notice.ts";
import type { OptimizationTask } from "./solve-task.ts";

const NOT_POSITIVE: Notice = {
  reason: "NO_POSITIVE_DIVERSIFICATION",
  description:
    "No weights that the constraints allow have a positive weighted volatility. The portfolio " +
    "has the least bad diversification ratio of those on the frontier.",
};

/** Finds the portfolio of the highest diversification ratio within linear limits. */
export function mostDiversified(
  { limits, symbols }: OptimizationTask,
  { covariance }: Pick<Estimates, "covariance">,
): ChoiceOutcome {
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
