import {
  equalWeight,
  hierarchicalRiskParity,
  inverseVolatility,
  type Matrix,
  type RulePortfolio,
  riskParity,
  type WeightConstraints,
  type ZeroVolatility,
} from "@portfolio/quant";
import { type ChoiceOutcome, ruleChoice } from "./choice.ts";
import type { Estimates } from "./estimates.ts";
import type { RuleObjective } from "./methods.ts";
import type { OptimizationTask } from "./solve-task.ts";

/** Chooses weights by a rule, which bounds are only checked against. */
export function chooseByRule(
  objective: RuleObjective,
  { limits, symbols }: OptimizationTask,
  { covariance }: Estimates,
): ChoiceOutcome {
  const rule = rulePortfolio(objective, covariance, limits, symbols);
  switch (rule.status) {
    case "satisfied":
      return ruleChoice(rule.weights, `${objective.kind}/1`);
    case "violates":
      return { status: "rule-violates-constraints", violated: rule.violated };
    case "zero-volatility":
      return { status: "zero-volatility", symbols: rule.assets.map((i) => symbols[i] ?? "") };
  }
}

function rulePortfolio(
  objective: RuleObjective,
  covariance: Matrix,
  limits: WeightConstraints,
  symbols: readonly string[],
): RulePortfolio | ZeroVolatility {
  switch (objective.kind) {
    case "equal-weight":
      return equalWeight(limits, symbols);
    case "inverse-volatility":
      return inverseVolatility(covariance, limits, symbols);
    case "hierarchical-risk-parity":
      return hierarchicalRiskParity(covariance, limits, symbols);
    case "risk-parity":
      return riskParity(covariance, limits, symbols, objective.budgets);
  }
}
