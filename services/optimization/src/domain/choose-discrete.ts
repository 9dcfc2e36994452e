import type { Goal, SearchLimits } from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import type { ChoiceOutcome } from "./choice.ts";
import type { DiscreteSearch } from "./portfolio-problem.ts";
import { searchGoal } from "./search-goal.ts";
import { searchQuadratic } from "./search-quadratic.ts";
import type { OptimizationTask } from "./solve-task.ts";

/** Milliseconds since some fixed moment. */
export type Clock = () => number;

/** A goal under limits that count assets, or forbid small positions and trades. */
export interface DiscreteCase {
  readonly goal: Goal;
  readonly search: DiscreteSearch;
  readonly task: OptimizationTask;
  readonly estimates: EstimatesWithViews;
  readonly limits: SearchLimits;
}

/**
 * Chooses the best weights under limits that count assets, or forbid small positions and trades,
 * to proof or until the time is up: by quadratic programs where they do, else by convex ones.
 */
export function chooseDiscrete(
  search: DiscreteSearch,
  task: OptimizationTask,
  estimates: EstimatesWithViews,
  now: Clock,
): ChoiceOutcome {
  const { objective, robustness, portfolioLimits } = task;
  const isResampled = robustness?.resampling !== undefined;
  if (objective.kind !== "goal" || isResampled || portfolioLimits.riskShareLimits !== undefined) {
    return { status: "discreteness-unsupported" };
  }
  const end = now() + search.timeLimitMs;
  const limits = { gap: search.gap, shouldStop: () => now() >= end };
  const problem = { goal: objective.goal, search, task, estimates, limits };
  return searchQuadratic(problem) ?? searchGoal(problem);
}
