import type { Matrix } from "../linalg/matrix.ts";
import { checkConstraints, largestBudget, type WeightConstraints } from "./constraints.ts";
import { checkRule, type RulePortfolio } from "./rule-portfolio.ts";
import { splitBudget, volatilitiesOf, type ZeroVolatility } from "./volatilities.ts";

/** Weights by inverse volatility, or the assets that have none. */
export type InverseVolatilityPortfolio = RulePortfolio | ZeroVolatility;

/**
 * Splits the budget in inverse proportion to the volatility of each asset, wᵢ ∝ 1/σᵢ.
 *
 * This is the portfolio of equal risk contributions when all correlations are equal.
 *
 * @param covariance - Σ, shape (n, n). Only its diagonal counts.
 * @param constraints - Their budget (of a range, the largest) is split; their limits are only checked.
 * @param names - Name of each asset, for the messages.
 * @returns The weights with the constraints that they break, or the assets whose volatility
 *   is 0 and which therefore have no weight.
 * @throws {ArgumentError} Σ is not square or does not match the constraints, a variance is
 *   negative or not finite, or a constraint makes no sense by itself.
 * @see Maillard, Roncalli & Teïletche (2010), "The Properties of Equally Weighted Risk
 *   Contribution Portfolios", doi:10.3905/jpm.2010.36.4.060
 */
export function inverseVolatility(
  covariance: Matrix,
  constraints: WeightConstraints,
  names: readonly string[] = [],
): InverseVolatilityPortfolio {
  checkConstraints(constraints);
  const found = volatilitiesOf(covariance, constraints.lower.length);
  if (found.status === "zero-volatility") {
    return found;
  }
  const smallest = found.volatilities.reduce((least, volatility) => Math.min(least, volatility));
  const shares = found.volatilities.map((volatility) => smallest / volatility);
  return checkRule(splitBudget(shares, largestBudget(constraints)), constraints, names);
}
