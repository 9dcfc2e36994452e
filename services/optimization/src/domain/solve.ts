import { ArgumentError, rebalanceShares, type ShareRebalanceProblem } from "@portfolio/quant";
import { analyze } from "./analysis.ts";
import type { AnalysisOutcome, AnalysisTask } from "./analysis-task.ts";
import { checkLimits } from "./check-constraints.ts";
import type { Clock } from "./choose-discrete.ts";
import { solveFrontier } from "./frontier.ts";
import { simulateGrowth } from "./growth.ts";
import { estimateMoments } from "./moments.ts";
import { solveOptimization } from "./optimize.ts";
import type {
  ConstraintCheckOutcome,
  ConstraintCheckTask,
  FrontierOutcome,
  FrontierTask,
  MomentsOutcome,
  MomentsTask,
  OptimizationOutcome,
  OptimizationTask,
  RebalanceOutcome,
} from "./solve-task.ts";
import { runStress } from "./stress.ts";
import type {
  GrowthTask,
  GrowthTaskOutcome,
  StressTask,
  StressTaskOutcome,
} from "./stress-task.ts";

export type SolveTask =
  | { readonly kind: "optimization"; readonly task: OptimizationTask }
  | { readonly kind: "frontier"; readonly task: FrontierTask }
  | { readonly kind: "moments"; readonly task: MomentsTask }
  | { readonly kind: "constraint-check"; readonly task: ConstraintCheckTask }
  | { readonly kind: "rebalance"; readonly task: ShareRebalanceProblem }
  | { readonly kind: "analysis"; readonly task: AnalysisTask }
  | { readonly kind: "stress"; readonly task: StressTask }
  | { readonly kind: "growth"; readonly task: GrowthTask };

export type SolveOutcome =
  | OptimizationOutcome
  | FrontierOutcome
  | MomentsOutcome
  | ConstraintCheckOutcome
  | RebalanceOutcome
  | AnalysisOutcome
  | StressTaskOutcome
  | GrowthTaskOutcome;

/**
 * Solves a task. Input that the mathematics refuses is an outcome, not an exception.
 *
 * @param now - For searches that end when their time is up.
 */
export function solve(task: SolveTask, now: Clock): SolveOutcome {
  try {
    return dispatch(task, now);
  } catch (error) {
    if (error instanceof ArgumentError) {
      return { status: "refused", message: error.message };
    }
    throw error;
  }
}

function dispatch({ kind, task }: SolveTask, now: Clock): SolveOutcome {
  switch (kind) {
    case "optimization":
      return solveOptimization(task, now);
    case "frontier":
      return solveFrontier(task);
    case "moments":
      return estimateMoments(task);
    case "constraint-check":
      return checkLimits(task);
    case "rebalance":
      return rebalanceShares(task);
    case "analysis":
      return analyze(task);
    case "stress":
      return runStress(task);
    case "growth":
      return simulateGrowth(task);
  }
}
