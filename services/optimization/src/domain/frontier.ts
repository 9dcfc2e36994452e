import {
  type EfficientFrontier,
  interpolateFrontier,
  maximumSharpe,
  traceFrontier,
} from "@portfolio/quant";
import { estimate } from "./estimates.ts";
import { assetEstimates, efficientPoint } from "./figures.ts";
import type { Notice } from "./notice.ts";
import { percentText } from "./number-text.ts";
import type { EfficientPoint, FrontierOutcome, FrontierTask } from "./solve-task.ts";

/** Estimates, traces the efficient frontier, and reads off what was asked for. */
export function solveFrontier(task: FrontierTask): FrontierOutcome {
  const estimates = estimate(task.closes, task.expectedReturns, task.covariance);
  const { expectedReturns, covariance } = estimates;
  const result = traceFrontier({ expectedReturns, covariance, constraints: task.limits });
  if (result.status === "infeasible") {
    return result;
  }
  const { frontier } = result;
  const riskFree = task.riskFreeRatePerYear;
  const best = bestRatio(frontier, riskFree);
  return {
    status: "solved",
    turningPoints: frontier.turningPoints.map((point) => efficientPoint(point, riskFree)),
    points: interpolatedPoints(frontier, task.pointCount, riskFree),
    maximumSharpe: best.point,
    assets: assetEstimates(task.symbols, estimates),
    estimates: task.includeEstimates ? { expectedReturns, covariance } : undefined,
    notices: [...estimates.notices, ...best.notices],
  };
}

/** Spaces points evenly in expected return, from the highest down to minimum variance. */
function interpolatedPoints(
  frontier: EfficientFrontier,
  count: number,
  riskFree: number,
): EfficientPoint[] {
  const points = count === 0 ? [] : interpolateFrontier(frontier, count);
  return points
    .map((point) => efficientPoint(point, riskFree))
    .toSorted((a, b) => b.expectedReturnPerYear - a.expectedReturnPerYear);
}
