import { ArgumentError } from "../errors.ts";
import { type Matrix, requireSquare } from "../linalg/matrix.ts";
import { checkConstraints, type WeightConstraints } from "./constraints.ts";
import { checkRule, type RulePortfolio } from "./rule-portfolio.ts";

/** Weights by inverse volatility, or the assets that have none. */
export type InverseVolatilityPortfolio =
  | RulePortfolio
  | { readonly status: "zero-volatility"; readonly assets: readonly number[] };

/**
 * Splits the budget in inverse proportion to the volatility of each asset, wᵢ ∝ 1/σᵢ.
 *
 * This is the portfolio of equal risk contributions when all correlations are equal.
 *
 * @param covariance - Σ, shape (n, n). Only its diagonal counts.
 * @param constraints - Their budget is split; their limits are only checked.
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
  const { rows: n, values } = requireSquare(covariance, "covariance");
  if (n !== constraints.lower.length) {
    throw new ArgumentError(`${n} rows of covariance for ${constraints.lower.length} assets`);
  }
  const variances = Float64Array.from({ length: n }, (_, i) => values[i * n + i]);
  const bad = variances.findIndex((v) => !(v >= 0 && v < Number.POSITIVE_INFINITY));
  if (bad !== -1) {
    throw new ArgumentError(`the variance of asset ${bad} is ${variances[bad]}`);
  }
  const assets = Array.from(variances.keys()).filter((i) => variances[i] === 0);
  if (assets.length > 0) {
    return { status: "zero-volatility", assets };
  }
  const smallest = Math.sqrt(variances.reduce((least, v) => Math.min(least, v)));
  const shares = variances.map((variance) => smallest / Math.sqrt(variance));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const weights = shares.map((share) => (constraints.budget * share) / total);
  return checkRule(weights, constraints, names);
}
