import { ArgumentError } from "@portfolio/quant";
import { analyze } from "./analysis.ts";
import { checkLimits } from "./check-constraints.ts";
import { solveFrontier } from "./frontier.ts";
import { simulateGrowth } from "./growth.ts";
import { solveOptimization } from "./optimize.ts";
import type {
  AnalysisOutcome,
  AnalysisTask,
  ConstraintCheckOutcome,
  ConstraintCheckTask,
  FrontierOutcome,
  FrontierTask,
  OptimizationOutcome,
  OptimizationTask,
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
  | { readonly kind: "constraint-check"; readonly task: ConstraintCheckTask }
  | { readonly kind: "analysis"; readonly task: AnalysisTask }
  | { readonly kind: "stress"; readonly task: StressTask }
  | { readonly kind: "growth"; readonly task: GrowthTask };

export type SolveOutcome =
  | OptimizationOutcome
  | FrontierOutcome
  | ConstraintCheckOutcome
  | AnalysisOutcome
  | StressTaskOutcome
  | GrowthTaskOutcome;

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
    case "constraint-check":
      return checkLimits(task);
    case "analysis":
      return analyze(task);
    case "stress":
      return runStress(task);
    case "growth":
      return simulateGrowth(task);
  }
}
