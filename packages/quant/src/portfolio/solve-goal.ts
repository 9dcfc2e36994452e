import type { ConvexOptions, ConvexResult } from "../convex/program.ts";
import { findConflicts } from "../optimize/conflicts.ts";
import { attemptGoal, type GoalSolution, netReturn } from "./attempt-goal.ts";
import { bindingLimits } from "./binding-limits.ts";
import type { GoalProgram } from "./goal-program.ts";
import type { Goal, LimitRef, PortfolioModel } from "./portfolio-model.ts";

/** Weights, or why there are none. */
export type GoalResult =
  | ({ readonly status: "solved" } & GoalSolution)
  /** The limits that cannot hold together. */
  | { readonly status: "infeasible"; readonly refs: readonly LimitRef[] }
  /** The target is beyond what the limits allow, which is given. */
  | { readonly status: "target-out-of-range"; readonly best: number }
  /** A portfolio without risk makes a ratio infinite. */
  | { readonly status: "no-risk" }
  /** Nothing limits the objective. */
  | { readonly status: "unbounded" }
  /** Asked to stop, or lost to rounding, before there were weights to trust. */
  | { readonly status: "stopped" | "unsolved" };

/**
 * Finds the best weights for a goal under every limit of a model.
 *
 * @throws {ArgumentError} Arrays differ in length, a number makes no sense, or the goal needs
 *   scenarios or a benchmark that the model lacks.
 */
export function solveGoal(
  model: PortfolioModel,
  goal: Goal,
  options: ConvexOptions = {},
): GoalResult {
  const attempt = attemptGoal(model, goal, options);
  return attempt.status === "failed"
    ? failure(attempt.result, model, goal, attempt.built, options)
    : attempt;
}

function failure(
  result: ConvexResult,
  model: PortfolioModel,
  goal: Goal,
  built: GoalProgram,
  options: ConvexOptions,
): GoalResult {
  switch (result.status) {
    case "infeasible": {
      const best = bestTarget(model, goal, options);
      return best === undefined
        ? {
            status: "infeasible",
            refs: bindingLimits(model, built, result.multipliers, 1).map(({ ref }) => ref),
          }
        : { status: "target-out-of-range", best };
    }
    case "unbounded":
      return { status: "unbounded" };
    case "stopped":
      return { status: "stopped" };
    default:
      return unsolved(model);
  }
}

/** Blames the linear limits where they contradict each other by themselves. */
function unsolved({ constraints, names }: PortfolioModel): GoalResult {
  const refs = findConflicts(constraints, names).flatMap((conflict) => conflict.constraints);
  return refs.length > 0 ? { status: "infeasible", refs } : { status: "unsolved" };
}

/** Finds how near to its target a goal can come, where the limits besides it allow anything. */
function bestTarget(model: PortfolioModel, goal: Goal, options: ConvexOptions): number | undefined {
  switch (goal.kind) {
    case "target-return": {
      const most = solveGoal(model, { kind: "maximum-return" }, options);
      return most.status === "solved" ? netReturn(model, most.weights) : undefined;
    }
    case "target-risk": {
      const { measure } = goal.limit;
      const least = solveGoal(model, { kind: "minimum-risk", measure }, options);
      return least.status === "solved" ? least.objective : undefined;
    }
    default:
      return;
  }
}
