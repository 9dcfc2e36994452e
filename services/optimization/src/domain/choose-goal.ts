import {
  type Goal,
  type GoalResult,
  type PortfolioMeasure,
  solveWithinShares,
} from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import { type ChoiceOutcome, VOLATILITY } from "./choice.ts";
import { chooseOnFrontier } from "./choose-on-frontier.ts";
import { chooseResampled } from "./choose-resampled.ts";
import { frontierGoal } from "./frontier-goal.ts";
import type { Notice } from "./notice.ts";
import { percentText } from "./number-text.ts";
import { portfolioModel } from "./portfolio-model.ts";
import type { OptimizationTask, SolveFailure } from "./solve-task.ts";
import { worstEstimates } from "./worst-case.ts";

/**
 * Chooses the best weights for a goal: from the exact frontier where it holds them, else by a
 * convex program.
 */
export function chooseGoal(
  goal: Goal,
  task: OptimizationTask,
  estimates: EstimatesWithViews,
): ChoiceOutcome {
  const { resampling } = task.robustness ?? {};
  const worst = worstEstimates(task, estimates);
  const onFrontier = frontierGoal(goal, task, worst);
  if (onFrontier !== undefined) {
    return resampling === undefined
      ? chooseOnFrontier(onFrontier, measureOf(goal), task, worst)
      : chooseResampled(onFrontier, task, worst, resampling);
  }
  if (resampling !== undefined) {
    return { status: "resampling-needs-frontier" };
  }
  const { result, isLocal } = solveWithinShares(
    portfolioModel(task, { ...worst, scenarios: estimates.scenarios }),
    goal,
    task.start === undefined ? {} : { start: { x: task.start } },
  );
  if (result.status !== "solved") {
    return failureOf(result, goal);
  }
  const { weights, objective, certificate, binding, isProven } = result;
  return {
    status: "chosen",
    weights,
    objective,
    certificate,
    binding,
    optimality:
      isLocal || !isConcave(goal) ? "locally-optimal" : isProven ? "optimal" : "best-found",
    measure: measureOf(goal),
    notices: noticesOf(result, task.riskFreeRatePerYear),
  };
}

/** Whether weights that none nearby exceed are the best of all. */
function isConcave(goal: Goal): boolean {
  return goal.kind !== "moment-utility" || goal.preferences.skewness === 0;
}

/** The measure that a goal is about; volatility where it is about none. */
export function measureOf(goal: Goal): PortfolioMeasure {
  if ("measure" in goal) {
    return goal.measure;
  }
  return goal.kind === "target-risk" ? goal.limit.measure : VOLATILITY;
}

/** Restates why a goal has no answer. */
export function failureOf(
  result: Exclude<GoalResult, { status: "solved" }>,
  goal: Goal,
): SolveFailure {
  switch (result.status) {
    case "infeasible":
      return { status: "limits-conflict", refs: result.refs };
    case "target-out-of-range":
      return {
        status: "target-out-of-range",
        ...(goal.kind === "target-return"
          ? {
              quantity: "return",
              target: goal.returnPerYear,
              minimum: -Infinity,
              maximum: result.best,
            }
          : {
              quantity: "risk",
              target: goal.kind === "target-risk" ? goal.limit.max : 0,
              minimum: result.best,
              maximum: Infinity,
            }),
      };
    case "no-risk":
      return { status: "zero-volatility", symbols: [] };
    case "unbounded":
      return { status: "unbounded" };
    case "stopped":
    case "unsolved":
      return { status: "unsolved" };
  }
}

/** Tells what is particular about a solution. */
export function noticesOf(
  {
    excessReturnIsPositive,
    targetBinds,
  }: Pick<Extract<GoalResult, { status: "solved" }>, "excessReturnIsPositive" | "targetBinds">,
  riskFreeRate: number,
): Notice[] {
  const notices: Notice[] = [];
  if (!excessReturnIsPositive) {
    notices.push({
      reason: "NO_POSITIVE_EXCESS_RETURN",
      description:
        "No portfolio within the constraints earns more than the risk-free rate of " +
        `${percentText(riskFreeRate)}. The portfolio loses least against it per unit of risk.`,
    });
  }
  if (!targetBinds) {
    notices.push({
      reason: "TARGET_NOT_BINDING",
      description: "The target is met with room to spare, so that it does not shape the answer.",
    });
  }
  return notices;
}
