import {
  budgetRange,
  type FrontierGoal,
  type Goal,
  isOfCovariance,
  type PortfolioMeasure,
} from "@portfolio/quant";
import type { OptimizationTask } from "./solve-task.ts";
import type { WorstEstimates } from "./worst-case.ts";

/**
 * Writes a goal as one portfolio of the mean–variance frontier.
 *
 * @returns Nothing where the goal or a limit is not mean–variance, so that the frontier does not
 *   hold the answer.
 */
export function frontierGoal(
  goal: Goal,
  task: OptimizationTask,
  { worstCase }: Pick<WorstEstimates, "worstCase">,
): FrontierGoal | undefined {
  const { portfolioLimits, customTerms, riskFreeRatePerYear } = task;
  const { lower, upper } = budgetRange(task.limits);
  const isCashFree = lower === upper || riskFreeRatePerYear === 0;
  if (
    customTerms !== undefined ||
    worstCase !== undefined ||
    isLimited(portfolioLimits) ||
    !isCashFree
  ) {
    return;
  }
  const frontier = meanVarianceGoal(goal, riskFreeRatePerYear);
  const measure = measureOf(goal);
  return measure === undefined || isOfCovariance(measure) ? frontier : undefined;
}

function measureOf(goal: Goal): PortfolioMeasure | undefined {
  if ("measure" in goal) {
    return goal.measure;
  }
  return goal.kind === "target-risk" ? goal.limit.measure : undefined;
}

/** Writes a goal of variance or volatility. */
function meanVarianceGoal(goal: Goal, riskFreeRate: number): FrontierGoal | undefined {
  switch (goal.kind) {
    case "minimum-risk":
      return { kind: "minimum-variance" };
    case "target-return":
      return { kind: "target-return", expectedReturn: goal.returnPerYear };
    case "target-risk": {
      const { measure, max } = goal.limit;
      const volatility = measure.kind === "variance" ? Math.sqrt(max) : max;
      return { kind: "target-volatility", volatility };
    }
    case "maximum-utility":
      return goal.measure.kind === "variance"
        ? { kind: "maximum-utility", riskAversion: goal.riskAversion }
        : undefined;
    case "maximum-ratio":
      return { kind: "maximum-sharpe", riskFreeRate };
    case "kelly":
      return goal.form === "approximate" ? { kind: "maximum-utility", riskAversion: 1 } : undefined;
    default:
      return;
  }
}

/** Whether anything but linear limits holds; what is held now alone is no limit. */
export function isLimited(limits: OptimizationTask["portfolioLimits"]): boolean {
  const { leverage, trading, benchmark, riskLimits, riskShareLimits } = limits;
  const none = Number.POSITIVE_INFINITY;
  return [
    leverage !== undefined,
    riskLimits !== undefined,
    riskShareLimits !== undefined,
    trading?.costs !== undefined,
    (trading?.turnoverMax ?? none) < none,
    (benchmark?.trackingErrorMax ?? none) < none,
  ].some(Boolean);
}
