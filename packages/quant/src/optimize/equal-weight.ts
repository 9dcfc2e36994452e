import { checkConstraints, largestBudget, type WeightConstraints } from "./constraints.ts";
import { checkRule, type RulePortfolio } from "./rule-portfolio.ts";

/**
 * Splits the budget equally among all assets.
 *
 * @param constraints - Their budget (of a range, the largest) is split; their limits are only checked.
 * @param names - Name of each asset, for the messages.
 * @returns The weights, with the constraints that they break.
 * @throws {ArgumentError} A constraint makes no sense by itself.
 * @see DeMiguel, Garlappi & Uppal (2009), "Optimal Versus Naive Diversification",
 *   doi:10.1093/rfs/hhm075
 */
export function equalWeight(
  constraints: WeightConstraints,
  names: readonly string[] = [],
): RulePortfolio {
  checkConstraints(constraints);
  const n = constraints.lower.length;
  return checkRule(new Float64Array(n).fill(largestBudget(constraints) / n), constraints, names);
}
