import {
  type FrontierPoint,
  type FrontierResult,
  type Matrix,
  traceDiversification,
  type WeightConstraints,
} from "@portfolio/quant";
import { bestRatio } from "./best-ratio.ts";
import type { Notice } from "./notice.ts";
import type { SolveFailure } from "./solve-task.ts";

const NOT_POSITIVE: Notice = {
  reason: "NO_POSITIVE_DIVERSIFICATION",
  description:
    "No weights that the constraints allow have a positive weighted volatility. The portfolio " +
    "has the least bad diversification ratio of those on the frontier.",
};

/** The portfolio, or why there is none. */
type MostDiversified =
  | {
      readonly status: "found";
      readonly point: FrontierPoint;
      readonly notices: readonly Notice[];
    }
  | SolveFailure;

/**
 * Finds the portfolio of the highest diversification ratio within constraints.
 *
 * @param symbols - Names for messages, length n.
 */
export function mostDiversified(
  covariance: Matrix,
  limits: WeightConstraints,
  symbols: readonly string[],
): MostDiversified {
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

function bestPoint({ frontier }: Extract<FrontierResult, { status: "optimal" }>): MostDiversified {
  const { point } = bestRatio(frontier, 0);
  if (point === undefined) {
    return { status: "zero-volatility", symbols: [] };
  }
  return { status: "found", point, notices: point.expectedReturn > 0 ? [] : [NOT_POSITIVE] };
}
