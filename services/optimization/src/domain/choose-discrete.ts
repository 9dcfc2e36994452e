import {
  type DiscreteGoal,
  type DiscretePortfolio,
  discretePortfolio,
  type FrontierGoal,
  type Matrix,
  type PortfolioMeasure,
} from "@portfolio/quant";
import { type ChoiceOutcome, VOLATILITY } from "./choice.ts";
import { frontierGoal } from "./frontier-goal.ts";
import type { Notice } from "./notice.ts";
import { percentText } from "./number-text.ts";
import type { DiscreteSearch } from "./portfolio-problem.ts";
import type { OptimizationTask } from "./solve-task.ts";

/** Milliseconds since some fixed moment. */
export type Clock = () => number;

interface MeanVariance {
  readonly expectedReturns: Float64Array;
  readonly covariance: Matrix;
}

/**
 * Chooses the best weights under limits that count assets, or forbid small positions and trades,
 * to proof or until the time is up.
 */
export function chooseDiscrete(
  search: DiscreteSearch,
  task: OptimizationTask,
  { expectedReturns, covariance }: MeanVariance,
  now: Clock,
): ChoiceOutcome {
  const goal = discreteGoal(search, task);
  if (goal === undefined) {
    return { status: "discreteness-unsupported" };
  }
  const end = now() + search.timeLimitMs;
  const result = discretePortfolio(
    { expectedReturns, covariance, constraints: task.limits, discreteness: search.limits, goal },
    { gap: search.gap, shouldStop: () => now() >= end },
  );
  if (result.status === "infeasible") {
    return { status: "discrete-infeasible" };
  }
  if (result.status === "unknown") {
    return { status: "search-stopped" };
  }
  const measure = measureOf(task);
  return {
    status: "chosen",
    weights: result.weights,
    optimality: result.status === "optimal" ? "optimal" : "best-found",
    certificate: { ...result.certificate, gap: result.gap },
    objective: objectiveOf(goal, measure, result),
    binding: [],
    measure,
    notices: result.status === "stopped" ? [gapNotice(result.gap)] : [],
  };
}

/** Writes the objective as one that can be searched for; nothing where it cannot. */
function discreteGoal(search: DiscreteSearch, task: OptimizationTask): DiscreteGoal | undefined {
  const { objective, robustness } = task;
  const isPlain = objective.kind === "goal" && robustness === undefined;
  const goal = isPlain ? frontierGoal(objective.goal, task, {}) : undefined;
  if (goal?.kind === "maximum-sharpe" && !isRatioPossible(search, task)) {
    return;
  }
  return goal && searchable(goal);
}

function searchable(goal: FrontierGoal): DiscreteGoal | undefined {
  switch (goal.kind) {
    case "minimum-variance":
    case "maximum-utility":
    case "maximum-sharpe":
      return goal;
    case "target-return":
      return { kind: "target-return", returnPerYear: goal.expectedReturn };
    case "target-volatility":
      return;
  }
}

/** Whether the highest ratio can be searched for: no short positions, lots or limits on trades. */
function isRatioPossible({ limits }: DiscreteSearch, task: OptimizationTask): boolean {
  const isLong = task.limits.lower.every((bound) => bound >= 0);
  return isLong && limits.lots === undefined && limits.trades === undefined;
}

function measureOf({ objective }: OptimizationTask): PortfolioMeasure {
  const hasMeasure = objective.kind === "goal" && "measure" in objective.goal;
  return hasMeasure ? objective.goal.measure : VOLATILITY;
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

function gapNotice(gap: number): Notice {
  return {
    reason: "SEARCH_STOPPED",
    description:
      "The search ended when its time was up. No portfolio within the limits is better than this " +
      `one by more than ${percentText(gap)} of the objective.`,
  };
}
