import {
  ArgumentError,
  equalWeight,
  inverseVolatility,
  learnOnline,
  type Matrix,
} from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import type { ChoiceOutcome } from "./choice.ts";
import { chooseByRiskBudget } from "./choose-by-risk-budget.ts";
import { chooseByTree } from "./choose-by-tree.ts";
import type { RuleObjective } from "./methods.ts";
import { ruleOutcome } from "./rule-outcome.ts";
import type { OptimizationTask } from "./solve-task.ts";

/** Chooses weights by a rule. */
export function chooseByRule(
  objective: RuleObjective,
  task: OptimizationTask,
  estimates: EstimatesWithViews,
): ChoiceOutcome {
  const { limits, symbols } = task;
  switch (objective.kind) {
    case "equal-weight":
      return ruleOutcome(equalWeight(limits, symbols), objective, task);
    case "inverse-volatility":
      return ruleOutcome(inverseVolatility(estimates.covariance, limits, symbols), objective, task);
    case "online-learning":
      return ruleOutcome(
        learnOnline(closesOf(task), objective.rule, limits, symbols),
        objective,
        task,
      );
    case "risk-parity":
    case "relaxed-risk-parity":
    case "factor-risk-parity":
      return chooseByRiskBudget(objective, task, estimates);
    default:
      return chooseByTree(objective, task, estimates);
  }
}

function closesOf({ closes }: OptimizationTask): Matrix {
  if (closes === undefined) {
    throw new ArgumentError("weights that learn from prices need them");
  }
  return closes;
}
