import { budgetRange, type FrontierGoal, type Goal } from "@portfolio/quant";
import type { OptimizationTask } from "./solve-task.ts";

/**
 * Writes a goal as one portfolio of the mean–variance frontier.
 *
 * @returns Nothing where the goal or a limit is not mean–variance, so that the frontier does not
 *   hold the answer.
 */
export function frontierGoal(goal: Goal, task: OptimizationTask): FrontierGoal | undefined {
  const { portfolioLimits, customTerms, riskFreeRatePerYear } = task;
  const { lower, upper } = budgetRange(task.limits);
  const isCashFree = lower === upper || riskFreeRatePerYear === 0;
  if (customTerms !== undefined || isLimited(portfolioLimits) || !isCashFree) {
    return;
  }
  switch (goal.kind) {
    case "minimum-risk":
      return isOfSpread(goal.measure.kind) ? { kind: "minimum-variance" } : undefined;
    case "target-return":
      return isOfSpread(goal.measure.kind)
        ? { kind: "target-return", expectedReturn: goal.returnPerYear }
        : undefined;
    case "target-risk":
      return goal.limit.measure.kind === "standard-deviation"
        ? { kind: "target-volatility", volatility: goal.limit.max }
        : goal.limit.measure.kind === "variance"
          ? { kind: "target-volatility", volatility: Math.sqrt(goal.limit.max) }
          : undefined;
    case "maximum-utility":
      return goal.measure.kind === "variance"
        ? { kind: "maximum-utility", riskAversion: goal.riskAversion }
        : undefined;
    case "maximum-ratio":
      return isOfSpread(goal.measure.kind)
        ? { kind: "maximum-sharpe", riskFreeRate: riskFreeRatePerYear }
        : undefined;
    case "kelly":
      return goal.form === "approximate" ? { kind: "maximum-utility", riskAversion: 1 } : undefined;
    default:
      return;
  }
}

function isOfSpread(kind: string): boolean {
  return kind === "variance" || kind === "standard-deviation";
}

/** Whether anything but linear limits holds; what is held now alone is no limit. */
function isLimited(limits: OptimizationTask["portfolioLimits"]): boolean {
  const { leverage, trading, benchmark, riskLimits, riskShareLimits } = limits;
  const none = Number.POSITIVE_INFINITY;
  return (
    leverage !== undefined ||
    riskLimits !== undefined ||
    riskShareLimits !== undefined ||
    (trading !== undefined && (trading.costs !== undefined || trading.turnoverMax < none)) ||
    (benchmark !== undefined && benchmark.trackingErrorMax < none)
  );
}
