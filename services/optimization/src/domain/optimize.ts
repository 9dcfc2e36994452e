import { brokenLimits, findConflicts } from "@portfolio/quant";
import { answerOf } from "./answer.ts";
import { type EstimatesWithViews, estimateWithViews } from "./apply-views.ts";
import type { Choice, ChoiceOutcome } from "./choice.ts";
import { chooseByRule } from "./choose-by-rule.ts";
import { type Clock, chooseDiscrete } from "./choose-discrete.ts";
import { chooseGoal } from "./choose-goal.ts";
import { infeasible } from "./infeasible.ts";
import { leastCorrelated } from "./least-correlated.ts";
import { limitName } from "./limit-name.ts";
import { isRule } from "./methods.ts";
import { mostDiversified } from "./most-diversified.ts";
import { withNetworkLimits } from "./network-limits.ts";
import { compactText } from "./number-text.ts";
import { portfolioModel } from "./portfolio-model.ts";
import type { OptimizationOutcome, OptimizationTask, SolveFailure } from "./solve-task.ts";

/** Estimates, chooses the weights that are best for the objective, and tells about them. */
export function solveOptimization(task: OptimizationTask, now: Clock): OptimizationOutcome {
  const found = chooseWeights(task, now);
  if (found.status !== "chosen") {
    return found;
  }
  const { choice, estimates } = found;
  return { ...answerOf(found.task, estimates, choice), views: estimates.views };
}

/**
 * Estimates, and chooses the weights that are best for the objective.
 *
 * @throws {ArgumentError} The mathematics refuses the input, for a reason that the message gives.
 */
export function chooseWeights(
  task: OptimizationTask,
  now: Clock,
):
  | {
      readonly status: "chosen";
      /** With the limits by a network as linear ones and counts. */
      readonly task: OptimizationTask;
      readonly choice: Choice;
      readonly estimates: EstimatesWithViews;
    }
  | SolveFailure {
  const { symbols, limits } = task;
  const conflicts = findConflicts(limits, symbols);
  if (conflicts.length > 0) {
    return infeasible(limits, symbols, conflicts);
  }
  const estimates = estimateWithViews(task);
  if (estimates.status !== "estimated") {
    return estimates;
  }
  const limited = withNetworkLimits(task, estimates);
  if (limited.status !== "limited") {
    return limited;
  }
  const choice = choose(limited.task, estimates, now);
  return choice.status === "chosen"
    ? { status: "chosen", task: limited.task, choice, estimates }
    : choice;
}

function choose(task: OptimizationTask, estimates: EstimatesWithViews, now: Clock): ChoiceOutcome {
  const { objective, discreteness } = task;
  if (discreteness !== undefined) {
    return chooseDiscrete(discreteness, task, estimates, now);
  }
  if (isRule(objective)) {
    return withinLimits(chooseByRule(objective, task, estimates), task, estimates);
  }
  if (objective.kind === "goal") {
    return chooseGoal(objective.goal, task, estimates);
  }
  return objective.kind === "maximum-diversification"
    ? mostDiversified(task, estimates)
    : leastCorrelated(task, estimates);
}

/** Checks the weights of a rule against the limits that are not linear. */
function withinLimits(
  choice: ChoiceOutcome,
  task: OptimizationTask,
  estimates: EstimatesWithViews,
): ChoiceOutcome {
  if (choice.status !== "chosen") {
    return choice;
  }
  const broken = brokenLimits(choice.weights, portfolioModel(task, estimates));
  return broken.length === 0
    ? choice
    : {
        status: "rule-violates-constraints",
        violated: broken.map(({ ref, value, limit }) => ({
          constraint: ref,
          value,
          limit,
          message: `${limitName({ ref, limit }, task)} is broken by ${compactText(value)}`,
        })),
      };
}
