import {
  type DiscreteGoal,
  type DiscretePortfolio,
  discretePortfolio,
  type FrontierGoal,
  type PortfolioMeasure,
} from "@portfolio/quant";
import type { ChoiceOutcome } from "./choice.ts";
import type { DiscreteCase } from "./choose-discrete.ts";
import { chooseGoal, measureOf } from "./choose-goal.ts";
import { pricesGiven, searchNotices } from "./discrete-prices.ts";
import { frontierGoal } from "./frontier-goal.ts";
import { worstEstimates } from "./worst-case.ts";

/**
 * Searches by branch and bound over quadratic programs.
 *
 * @returns Nothing where the goal or a limit takes more than that.
 */
export function searchQuadratic(problem: DiscreteCase): ChoiceOutcome | undefined {
  const { search, task, estimates, limits } = problem;
  const worst = worstEstimates(task, estimates);
  const onFrontier = frontierGoal(problem.goal, task, worst);
  const goal = onFrontier && searchable(onFrontier, problem);
  if (goal === undefined) {
    return;
  }
  const { expectedReturns, covariance } = worst;
  const result = discretePortfolio(
    { expectedReturns, covariance, constraints: task.limits, discreteness: search.limits, goal },
    limits,
  );
  if (result.status === "infeasible") {
    return goal.kind === "maximum-sharpe" ? undefined : whyInfeasible(problem);
  }
  if (result.status === "unknown") {
    return limits.shouldStop?.() ? { status: "search-stopped" } : undefined;
  }
  const measure = measureOf(problem.goal);
  return {
    status: "chosen",
    weights: result.weights,
    optimality: result.status === "optimal" ? "optimal" : "best-found",
    certificate: { ...result.certificate, gap: result.gap },
    objective: objectiveOf(goal, measure, result),
    binding: pricesGiven(result, problem),
    measure,
    notices: searchNotices(result),
  };
}

/** Blames the other limits where they leave nothing by themselves. */
function whyInfeasible({ goal, task, estimates }: DiscreteCase): ChoiceOutcome {
  const free = chooseGoal(goal, task, estimates);
  return free.status === "chosen" ? { status: "discrete-infeasible" } : free;
}

function searchable(goal: FrontierGoal, problem: DiscreteCase): DiscreteGoal | undefined {
  switch (goal.kind) {
    case "minimum-variance":
    case "maximum-utility":
      return goal;
    case "maximum-sharpe":
      return isRatioQuadratic(problem) ? goal : undefined;
    case "target-return":
      return { kind: "target-return", returnPerYear: goal.expectedReturn };
    case "target-volatility":
      return;
  }
}

/** Whether a ratio is a quadratic program: no short positions, lots or limits on trades. */
function isRatioQuadratic({ search, task }: DiscreteCase): boolean {
  const { lots, trades } = search.limits;
  const isLong = task.limits.lower.every((bound) => bound >= 0);
  return isLong && lots === undefined && trades === undefined;
}

/** Turns what was minimized, half a variance less some return, into what the goal counts. */
function objectiveOf(
  goal: DiscreteGoal,
  measure: PortfolioMeasure,
  { objective }: DiscretePortfolio,
): number {
  switch (goal.kind) {
    case "maximum-utility":
      return -goal.riskAversion * objective;
    case "maximum-sharpe":
      return 1 / Math.sqrt(2 * objective);
    default:
      return measure.kind === "variance" ? 2 * objective : Math.sqrt(2 * objective);
  }
}
