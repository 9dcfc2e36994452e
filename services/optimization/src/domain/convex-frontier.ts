import {
  dot,
  type MeasureFrontierPoint,
  type PortfolioMeasure,
  type PortfolioModel,
  portfolioRisk,
  quadraticForm,
  traceMeasureFrontier,
} from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import { chooseGoal, failureOf } from "./choose-goal.ts";
import { assetEstimates, efficientPoint, type RiskFree } from "./figures.ts";
import { portfolioModel } from "./portfolio-model.ts";
import type {
  EfficientPoint,
  FrontierOutcome,
  FrontierTask,
  OptimizationTask,
} from "./solve-task.ts";

const POINTS_DEFAULT = 25;
const POINTS_MAX = 200;
// Beside the largest risk. Points that were asked for are added whatever the gap.
const GAP = 1e-4;

/** Traces the frontier of a measure, or under limits that are not linear, by adaptive points. */
export function traceConvexFrontier(
  task: FrontierTask,
  estimates: EstimatesWithViews,
): FrontierOutcome {
  const { measure, pointCount, symbols, limits, riskFreeRatePerYear } = task;
  if (task.portfolioLimits.riskShareLimits !== undefined) {
    return { status: "frontier-unsupported" };
  }
  const model = portfolioModel(task, estimates);
  const result = traceMeasureFrontier(model, measure, {
    pointCount: Math.min(POINTS_MAX, pointCount || POINTS_DEFAULT),
    gap: pointCount === 0 ? GAP : 0,
  });
  if (result.status !== "traced") {
    return failureOf(result, { kind: "minimum-risk", measure });
  }
  const riskFree: RiskFree = { ratePerYear: riskFreeRatePerYear, limits };
  const points = result.points.map((point) => measuredPoint(point, measure, model, riskFree));
  return {
    status: "solved",
    turningPoints: [],
    points,
    maximumSharpe: bestPoint(task, estimates, riskFree),
    assets: assetEstimates(symbols, estimates),
    certificate: { ...result.certificate, gap: result.gap },
    band: undefined,
    estimates: task.includeEstimates
      ? { expectedReturns: estimates.expectedReturns, covariance: estimates.covariance }
      : undefined,
    views: estimates.views,
    notices: estimates.notices,
  };
}

/** Finds the highest ratio of return to the measure; nothing where there is none. */
function bestPoint(
  task: FrontierTask,
  estimates: EstimatesWithViews,
  riskFree: RiskFree,
): EfficientPoint | undefined {
  const { measure } = task;
  const whole: OptimizationTask = {
    ...task,
    objective: { kind: "goal", goal: { kind: "maximum-ratio", measure } },
    customTerms: undefined,
    robustness: undefined,
    reportMeasures: [],
  };
  const best = chooseGoal({ kind: "maximum-ratio", measure }, whole, estimates);
  if (best.status !== "chosen") {
    return;
  }
  const { weights } = best;
  const model = portfolioModel(task, estimates);
  const { risk } = portfolioRisk(measure, weights, model);
  return measuredPoint({ weights, risk, slope: 0 }, measure, model, riskFree);
}

/** Describes a point of the frontier. The risk of one of variance is told as volatility. */
function measuredPoint(
  { weights, risk, slope }: Omit<MeasureFrontierPoint, "expectedReturn">,
  measure: PortfolioMeasure,
  { expectedReturns, covariance }: PortfolioModel,
  riskFree: RiskFree,
): EfficientPoint {
  const point = {
    weights,
    expectedReturn: dot(expectedReturns, weights),
    variance: quadraticForm(covariance, weights),
    lambda: slope,
  };
  const described = efficientPoint(point, riskFree);
  return measure.kind === "variance" ? described : { ...described, risk };
}
