import { ArgumentError } from "@portfolio/quant";
import { analyze } from "./analysis.ts";
import { checkLimits } from "./check-constraints.ts";
import { solveFrontier } from "./frontier.ts";
import { estimateMoments } from "./moments.ts";
import { solveOptimization } from "./optimize.ts";
import type {
  AnalysisOutcome,
  AnalysisTask,
  ConstraintCheckOutcome,
  ConstraintCheckTask,
  EstimationTask,
  FrontierOutcome,
  FrontierTask,
  MomentsOutcome,
  OptimizationOutcome,
  OptimizationTask,
} from "./solve-task.ts";

export type SolveTask =
  | { readonly kind: "optimization"; readonly task: OptimizationTask }
  | { readonly kind: "frontier"; readonly task: FrontierTask }
  | { readonly kind: "moments"; readonly task: EstimationTask }
  | { readonly kind: "constraint-check"; readonly task: ConstraintCheckTask }
  | { readonly kind: "analysis"; readonly task: AnalysisTask };

export type SolveOutcome =
  | OptimizationOutcome
  | FrontierOutcome
  | MomentsOutcome
  | ConstraintCheckOutcome
  | AnalysisOutcome;

/** Solves a task. Input that the mathematics refuses is an outcome, not an exception. */
export function solve(task: SolveTask): SolveOutcome {
  try {
    return dispatch(task);
  } catch (error) {
    if (error instanceof ArgumentError) {
      return { status: "refused", message: error.message };
    }
    throw error;
  }
}

function dispatch({ kind, task }: SolveTask): SolveOutcome {
  switch (kind) {
    case "optimization":
      return solveOptimization(task);
    case "frontier":
      return solveFrontier(task);
    case "moments":
      return estimateMoments(task);
    case "constraint-check":
      return checkLimits(task);
    case "analysis":
      return analyze(task);
  }
}
