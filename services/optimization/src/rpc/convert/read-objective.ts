import type { Objective as WireObjective } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import type { Objective } from "../../domain/methods.ts";
import { readGoal } from "./read-goal.ts";
import { readOnlineLearning } from "./read-online-learning.ts";
import { RELAXED_RETURN, readRiskBudgetObjective } from "./read-risk-budget-objective.ts";
import type { SymbolList } from "./read-symbols.ts";
import { readTreeObjective } from "./read-tree-objective.ts";
import { refuse } from "./refuse.ts";

/** An objective, and the field that holds its target, if it has one. */
interface ObjectiveRead {
  readonly objective: Objective;
  readonly targetField?: string;
}

/**
 * Reads what to optimize.
 *
 * @throws {AppError} `OBJECTIVE_MISSING`, and those of `readGoal`, `readRiskBudgetObjective` and
 *   `readTreeObjective`.
 */
export function readObjective(message: WireObjective | undefined, list: SymbolList): ObjectiveRead {
  const found = message && readGoal(message);
  if (found !== undefined) {
    return { ...found, objective: { kind: "goal", goal: found.goal } };
  }
  const objective = readOther(message?.goal, list);
  return objective.kind === "relaxed-risk-parity"
    ? { objective, targetField: RELAXED_RETURN }
    : { objective };
}

function readOther(goal: WireObjective["goal"] | undefined, list: SymbolList): Objective {
  switch (goal?.case) {
    case "equalWeight":
      return { kind: "equal-weight" };
    case "inverseVolatility":
      return { kind: "inverse-volatility" };
    case "onlineLearning":
      return readOnlineLearning(goal.value);
    case "riskParity":
    case "relaxedRiskParity":
    case "factorRiskParity":
      return readRiskBudgetObjective(goal, list);
    case "hierarchicalRiskParity":
    case "hierarchicalEqualRisk":
    case "nestedClusters":
    case "schurComplementary":
      return readTreeObjective(goal, list.symbols.length);
    case "maximumDiversification":
      return { kind: "maximum-diversification" };
    case "maximumDecorrelation":
      return { kind: "maximum-decorrelation" };
    default:
      return refuse("OBJECTIVE_MISSING", "objective", "say what to optimize");
  }
}
