import { type DiscreteGoal, discretePortfolio } from "@portfolio/quant";
import type { Estimates } from "./estimates.ts";
import type { Objective } from "./methods.ts";
import type { Notice } from "./notice.ts";
import { percentText } from "./number-text.ts";
import type { DiscreteSearch } from "./portfolio-problem.ts";
import type { OptimizationTask, SolveFailure } from "./solve-task.ts";

/** Milliseconds since some fixed moment. */
export type Clock = () => number;

/** Weights that a search found, with what it left unproven. */
export interface DiscreteChoice {
  readonly status: "chosen";
  readonly weights: Float64Array;
  readonly notices: readonly Notice[];
}

/**
 * Chooses the best weights under limits that count assets, or forbid small positions and trades,
 * to proof or until the time is up.
 */
export function chooseDiscrete(
  search: DiscreteSearch,
  task: OptimizationTask,
  { expectedReturns, covariance }: Pick<Estimates, "expectedReturns" | "covariance">,
  now: Clock,
): DiscreteChoice | SolveFailure {
  const goal = discreteGoal(task.objective, task.riskFreeRatePerYear);
  if (goal === undefined || (goal.kind === "maximum-sharpe" && !isRatioPossible(search, task))) {
    return { status: "discreteness-unsupported", objective: task.objective.kind };
  }
  const end = now() + search.timeLimitMs;
  const result = discretePortfolio(
    { expectedReturns, covariance, constraints: task.limits, discreteness: search.limits, goal },
    { gap: search.gap, shouldStop: () => now() >= end },
  );
  switch (result.status) {
    case "infeasible":
      return { status: "discrete-infeasible" };
    case "unknown":
      return { status: "search-stopped" };
    case "optimal":
      return { status: "chosen", weights: result.weights, notices: [] };
    case "stopped":
      return { status: "chosen", weights: result.weights, notices: [gapNotice(result.gap)] };
  }
}

function discreteGoal(objective: Objective, riskFreeRate: number): DiscreteGoal | undefined {
  switch (objective.kind) {
    case "minimum-variance":
    case "maximum-utility":
    case "target-return":
      return objective;
    case "maximum-sharpe":
      return { kind: "maximum-sharpe", riskFreeRate };
    default:
      return;
  }
}

/** Whether the highest ratio can be searched for: no short positions, lots or limits on trades. */
function isRatioPossible({ limits }: DiscreteSearch, task: OptimizationTask): boolean {
  const isLong = task.limits.lower.every((bound) => bound >= 0);
  return isLong && limits.lots === undefined && limits.trades === undefined;
}

function gapNotice(gap: number): Notice {
  return {
    reason: "SEARCH_STOPPED",
    description:
      "The search ended when its time was up. No portfolio within the limits is better than this " +
      `one by more than ${percentText(gap)} of the objective.`,
  };
}
