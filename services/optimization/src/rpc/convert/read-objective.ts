import type { Objective as WireObjective } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import type { Objective } from "../../domain/methods.ts";
import { readGoal } from "./read-goal.ts";
import { readRiskBudgets } from "./read-risk-budgets.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuse } from "./refuse.ts";

/** An objective, and the field that holds its target, if it has one. */
interface ObjectiveRead {
  readonly objective: Objective;
  readonly targetField?: string;
}

/**
 * Reads what to optimize.
 *
 * @throws {AppError} `OBJECTIVE_MISSING`, and those of `readGoal` and `readRiskBudgets`.
 */
export function readObjective(message: WireObjective | undefined, list: SymbolList): ObjectiveRead {
  const found = message && readGoal(message);
  return found === undefined
    ? { objective: readOther(message?.goal, list) }
    : { ...found, objective: { kind: "goal", goal: found.goal } };
}

function readOther(goal: WireObjective["goal"] | undefined, list: SymbolList): Objective {
  switch (goal?.case) {
    case "equalWeight":
      return { kind: "equal-weight" };
    case "inverseVolatility":
      return { kind: "inverse-volatility" };
    case "riskParity":
      return { kind: "risk-parity", budgets: readRiskBudgets(goal.value.budgets, list) };
    case "hierarchicalRiskParity":
      return { kind: "hierarchical-risk-parity" };
    case "maximumDiversification":
      return { kind: "maximum-diversification" };
    default:
      return refuse("OBJECTIVE_MISSING", "objective", "say what to optimize");
  }
}
