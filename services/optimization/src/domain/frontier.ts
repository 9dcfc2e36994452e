import {
  type EfficientFrontier,
  findConflicts,
  interpolateFrontier,
  traceFrontier,
} from "@portfolio/quant";
import { estimateWithViews } from "./apply-views.ts";
import { bestRatio } from "./best-ratio.ts";
import { assetEstimates, efficientPoint, type RiskFree } from "./figures.ts";
import type { Notice } from "./notice.ts";
import type { EfficientPoint, FrontierOutcome, FrontierTask } from "./solve-task.ts";

/** Estimates, traces the efficient frontier, and reads off what was asked for. */
export function solveFrontier(task: FrontierTask): FrontierOutcome {
  const conflicts = findConflicts(task.limits, task.symbols);
  if (conflicts.length > 0) {
    return { status: "infeasible", conflicts };
  }
  const estimates = estimateWithViews(task);
  if (estimates.status !== "estimated") {
    return estimates;
  }
  const { expectedReturns, covariance } = estimates;
  const result = traceFrontier({ expectedReturns, covariance, constraints: task.limits });
  if (result.status === "infeasible") {
    return result;
  }
  const { frontier } = result;
  const best = bestRatio(frontier, task.riskFreeRatePerYear);
  const riskFree: RiskFree = { ratePerYear: task.riskFreeRatePerYear, limits: task.limits };
  return {
    status: "solved",
    turningPoints: frontier.turningPoints.map((point) => efficientPoint(point, riskFree)),
    points: interpolatedPoints(frontier, task.pointCount, riskFree),
    maximumSharpe: best.point && efficientPoint(best.point, riskFree),
    assets: assetEstimates(task.symbols, estimates),
    estimates: task.includeEstimates ? { expectedReturns, covariance } : undefined,
    notices: [
      ...estimates.notices,
      ...best.notices,
      ...(best.point === undefined ? [unboundedRatio] : []),
    ],
  };
}

const unboundedRatio: Notice = {
  reason: "ZERO_VOLATILITY",
  description:
    "An efficient portfolio has a volatility of 0, so that the Sharpe ratio has no bound and the " +
    "answer has no portfolio of the highest ratio.",
};

/** Spaces points evenly in expected return, from the highest down to minimum variance. */
function interpolatedPoints(
  frontier: EfficientFrontier,
  count: number,
  riskFree: RiskFree,
): EfficientPoint[] {
  const points = count === 0 ? [] : interpolateFrontier(frontier, count);
  return points.map((point) => efficientPoint(point, riskFree));
}
