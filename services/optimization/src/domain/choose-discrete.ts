import { COUNTED_SCENARIOS_MAX, type Goal, type SearchLimits } from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import type { ChoiceOutcome } from "./choice.ts";
import { conflictingFields } from "./discrete-conflict.ts";
import { countsDays } from "./needs-search.ts";
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
  if (
    objective.kind !== "goal" ||
    objective.goal.kind === "moment-utility" ||
    isResampled ||
    portfolioLimits.riskShareLimits !== undefined
  ) {
    return { status: "discreteness-unsupported" };
  }
  const uncounted = countsDays(objective, portfolioLimits) ? whyUncounted(estimates) : undefined;
  if (uncounted !== undefined) {
    return uncounted;
  }
  const end = now() + search.timeLimitMs;
  const limits = { gap: search.gap, shouldStop: () => now() >= end };
  const problem = { goal: objective.goal, search, task, estimates, limits };
  const outcome = searchFor(problem);
  return outcome.status === "discrete-infeasible" ? withConflict(problem) : outcome;
}

function searchFor(problem: DiscreteCase): ChoiceOutcome {
  return searchQuadratic(problem) ?? searchGoal(problem);
}

// Any answer shows that limits can be met.
const ANY_ANSWER = 1;

function withConflict(problem: DiscreteCase): ChoiceOutcome {
  const { search, limits } = problem;
  const fields = conflictingFields(search, (fewer) => {
    const tried = { ...search, limits: fewer };
    const outcome = searchFor({
      ...problem,
      search: tried,
      limits: { ...limits, gap: ANY_ANSWER },
    });
    return outcome.status === "discrete-infeasible";
  });
  return { status: "discrete-infeasible", fields };
}

/** Says why no value at risk can be searched for; nothing where it can. */
function whyUncounted({ scenarios }: EstimatesWithViews): ChoiceOutcome | undefined {
  const count = scenarios?.returns.rows ?? 0;
  if (count > COUNTED_SCENARIOS_MAX) {
    return { status: "too-many-scenarios", count, most: COUNTED_SCENARIOS_MAX };
  }
  const isEven = scenarios?.probabilities?.every((p) => Math.abs(p * count - 1) < EVEN) ?? true;
  return isEven ? undefined : { status: "uneven-scenarios" };
}

// Probabilities that differ by less than this fraction are equal.
const EVEN = 1e-9;
