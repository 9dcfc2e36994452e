import type { Objective as WireObjective } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import type { Objective } from "../../domain/methods.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readRiskBudgets } from "./read-risk-budgets.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuse } from "./refuse.ts";

/**
 * Reads what to optimize.
 *
 * @throws {AppError} `OBJECTIVE_MISSING`, `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, and those of
 *   `readRiskBudgets`.
 */
export function readObjective(message: WireObjective | undefined, list: SymbolList): Objective {
  const goal = message?.goal;
  switch (goal?.case) {
    case "minimumVariance":
      return { kind: "minimum-variance" };
    case "maximumSharpe":
      return { kind: "maximum-sharpe" };
    case "targetReturn":
      return {
        kind: "target-return",
        returnPerYear: finite("target_return.return_per_year", goal.value.returnPerYear),
      };
    case "targetVolatility":
      return {
        kind: "target-volatility",
        volatilityPerYear: finite(
          "target_volatility.volatility_per_year",
          goal.value.volatilityPerYear,
        ),
      };
    case "maximumUtility":
      return { kind: "maximum-utility", riskAversion: positive(goal.value.riskAversion) };
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

function finite(name: string, value: number): number {
  const [min, max] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  checkNumbers([{ field: `objective.${name}`, value, min, max }]);
  return value;
}

function positive(riskAversion: number): number {
  const name = "maximum_utility.risk_aversion";
  if (finite(name, riskAversion) <= 0) {
    refuse("REQUEST_INVALID", `objective.${name}`, `${riskAversion} is not over 0`);
  }
  return riskAversion;
}
