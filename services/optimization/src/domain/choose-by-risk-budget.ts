import {
  type BudgetedRisk,
  budgetRisk,
  checkRule,
  factorRiskParity,
  type LimitRef,
  principalLoadings,
  relaxedRiskParity,
  riskParity,
} from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import { type ChoiceOutcome, ruleChoice, VOLATILITY } from "./choice.ts";
import type { RiskBudgetObjective } from "./rule-objectives.ts";
import { ruleOutcome } from "./rule-outcome.ts";
import type { OptimizationTask } from "./solve-task.ts";

/** Chooses weights by budgets of risk. */
export function chooseByRiskBudget(
  objective: RiskBudgetObjective,
  task: OptimizationTask,
  estimates: EstimatesWithViews,
): ChoiceOutcome {
  switch (objective.kind) {
    case "risk-parity":
      return chooseRiskParity(objective, task, estimates);
    case "relaxed-risk-parity":
      return chooseRelaxed(objective, task, estimates);
    case "factor-risk-parity": {
      const { covariance } = estimates;
      const loadings =
        objective.loadings ?? principalLoadings(covariance, objective.componentCount);
      const { limits, symbols } = task;
      const rule = factorRiskParity(covariance, loadings, limits, symbols, objective.budgets);
      return ruleOutcome(rule, objective, task);
    }
  }
}

type Of<Kind extends RiskBudgetObjective["kind"]> = Extract<RiskBudgetObjective, { kind: Kind }>;

function chooseRiskParity(
  objective: Of<"risk-parity">,
  task: OptimizationTask,
  estimates: EstimatesWithViews,
): ChoiceOutcome {
  const { budgets, measure, withinConstraints } = objective;
  const { limits, symbols } = task;
  if (measure.kind === "standard-deviation" || measure.kind === "variance") {
    const rule = riskParity(estimates.covariance, limits, symbols, budgets);
    // What the constraints allow as it is needs no search within them.
    if (!withinConstraints || rule.status !== "violates") {
      return ruleOutcome(rule, objective, task);
    }
  }
  const equal = new Float64Array(symbols.length).fill(1);
  const model = { ...estimates, constraints: limits };
  const found = budgetRisk(model, measure, budgets ?? equal, withinConstraints);
  if (found.status !== "solved") {
    return failureOf(found, limitsOfPositive(limits));
  }
  const { weights, certificate, isProven } = found;
  const known = {
    certificate,
    measure,
    ...(isProven ? {} : { optimality: "best-found" as const }),
  };
  return withinConstraints
    ? { ...ruleChoice(weights, ""), ...known }
    : ruleOutcome(checkRule(weights, limits, symbols), objective, task, known);
}

function chooseRelaxed(
  { returnMinPerYear, penalty }: Of<"relaxed-risk-parity">,
  { limits, symbols }: OptimizationTask,
  { covariance, expectedReturns }: EstimatesWithViews,
): ChoiceOutcome {
  const model = { covariance, expectedReturns, constraints: limits };
  const found = relaxedRiskParity(model, { returnMin: returnMinPerYear, penalty });
  if (found.status === "zero-volatility") {
    return { status: "zero-volatility", symbols: found.assets.map((i) => symbols[i] ?? "") };
  }
  if (found.status !== "solved") {
    return failureOf(found, [{ type: "target" }]);
  }
  const { weights, certificate, isProven } = found;
  return {
    ...ruleChoice(weights, ""),
    certificate,
    measure: VOLATILITY,
    optimality: isProven ? "optimal" : "best-found",
  };
}

/** The limits that may leave no portfolio of positive weights. */
function limitsOfPositive({ upper, rows }: OptimizationTask["limits"]): LimitRef[] {
  const closed = [...upper.keys()].filter((asset) => (upper[asset] ?? 0) <= 0);
  return closed.length > 0
    ? closed.map((asset) => ({ type: "upper", asset }))
    : [...rows.keys()].map((row) => ({ type: "row-upper", row }));
}

function failureOf(
  { status }: Exclude<BudgetedRisk, { status: "solved" }>,
  refs: readonly LimitRef[],
): ChoiceOutcome {
  switch (status) {
    case "infeasible":
      return { status: "limits-conflict", refs };
    case "no-risk":
      return { status: "zero-volatility", symbols: [] };
    case "unsolved":
      return { status: "unsolved" };
  }
}
