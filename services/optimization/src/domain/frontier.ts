import {
  certifyFrontier,
  type EfficientFrontier,
  type FrontierBand,
  findConflicts,
  frontierBand,
  interpolateFrontier,
  isOfCovariance,
  TRADING_DAYS_PER_YEAR,
  traceFrontier,
} from "@portfolio/quant";
import { type EstimatesWithViews, estimateWithViews } from "./apply-views.ts";
import { bestRatio } from "./best-ratio.ts";
import { traceConvexFrontier } from "./convex-frontier.ts";
import { assetEstimates, efficientPoint, type RiskFree } from "./figures.ts";
import { isLimited } from "./frontier-goal.ts";
import { infeasible } from "./infeasible.ts";
import { withNetworkLimits } from "./network-limits.ts";
import type { Notice } from "./notice.ts";
import type { EfficientPoint, FrontierOutcome, FrontierTask } from "./solve-task.ts";

/** Estimates, traces the efficient frontier, and reads off what was asked for. */
export function solveFrontier(asked: FrontierTask): FrontierOutcome {
  const conflicts = findConflicts(asked.limits, asked.symbols);
  if (conflicts.length > 0) {
    return infeasible(asked.limits, asked.symbols, conflicts);
  }
  const estimates = estimateWithViews(asked);
  if (estimates.status !== "estimated") {
    return estimates;
  }
  const limited = withNetworkLimits(asked, estimates);
  return limited.status === "limited" ? traceWithin(limited.task, estimates) : limited;
}

function traceWithin(task: FrontierTask, estimates: EstimatesWithViews): FrontierOutcome {
  if (!isOfCovariance(task.measure) || isLimited(task.portfolioLimits)) {
    return traceConvexFrontier(task, estimates);
  }
  const { expectedReturns, covariance, factors } = estimates;
  const { limits: constraints } = task;
  const result = traceFrontier({ expectedReturns, covariance, factors, constraints });
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
    certificate: certifyFrontier(frontier),
    band: bandOf(frontier, task),
    views: estimates.views,
    estimates: task.includeEstimates ? { expectedReturns, covariance } : undefined,
    notices: [
      ...estimates.notices,
      ...best.notices,
      ...(best.point === undefined ? [unboundedRatio] : []),
    ],
  };
}

/** Draws the band around a frontier, with as many returns as points were asked for. */
function bandOf(
  frontier: EfficientFrontier,
  { band, closes, pointCount }: FrontierTask,
): FrontierBand | undefined {
  if (band === undefined || closes === undefined) {
    return;
  }
  return frontierBand(frontier, {
    ...band,
    sample: { observationCount: closes.rows - 1, observationsPerPeriod: TRADING_DAYS_PER_YEAR },
    levelCount: Math.min(pointCount || BAND_LEVELS, BAND_LEVELS_MAX),
    quantiles: BAND_QUANTILES,
  });
}

const BAND_LEVELS = 25;
const BAND_LEVELS_MAX = 100;
const BAND_QUANTILES = [0.05, 0.5, 0.95];

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
