import { type Matrix, requireCovariance } from "../../linalg/matrix.ts";
import { checkConstraints, largestBudget, type WeightConstraints } from "../constraints.ts";
import { checkRule, type RulePortfolio } from "../rule-portfolio.ts";
import { splitBudget, volatilitiesOf, type ZeroVolatility } from "../volatilities.ts";
import { bisectLeaves } from "./bisect-leaves.ts";
import { firstShare } from "./cluster-risk.ts";
import { augmentBlocks, blockOf, putBlock } from "./schur-blocks.ts";

/** Weights with the γ that made them, or the assets without volatility. */
export type SchurPortfolio = (RulePortfolio & { readonly gamma: number }) | ZeroVolatility;

/**
 * Splits the budget down a list of leaves by the variances of halves that are hedged by the other
 * half: γ = 0 is hierarchical risk parity, and as γ rises to 1 a half is seen more and more as what
 * the other one cannot hedge, as in minimum variance.
 *
 * The covariance A of a half becomes (I − γBD⁻¹M')⁻¹(A − γBD⁻¹B'), B being its covariance with the
 * other half, D that of the other half and M a step matrix of row sums 1. What follows for the
 * quarters starts from there.
 *
 * @param covariance - Σ, shape (n, n), symmetric.
 * @param order - Every asset once, as the leaves of a tree.
 * @param gamma - 0 … 1. Where it leaves a matrix that is not positive definite, the largest γ that
 *   does not, to 1e-6, takes its place.
 * @param constraints - Their budget (of a range, the largest) is split; their limits are only checked.
 * @param names - Name of each asset, for the messages.
 * @throws {ArgumentError} Σ is not a covariance or does not match the constraints, or a constraint
 *   makes no sense by itself.
 * @see Cotton (2024), "Schur Complementary Allocation: A Unification of Hierarchical Risk Parity and
 *   Minimum Variance Portfolios", arXiv:2411.05807
 */
export function schurComplementary(
  covariance: Matrix,
  order: readonly number[],
  gamma: number,
  constraints: WeightConstraints,
  names: readonly string[] = [],
): SchurPortfolio {
  checkConstraints(constraints);
  const found = volatilitiesOf(covariance, constraints.lower.length);
  requireCovariance(covariance);
  if (found.status === "zero-volatility") {
    return found;
  }
  const used = sharesNear(covariance, order, gamma);
  const weights = splitBudget(used.shares, largestBudget(constraints));
  return { ...checkRule(weights, constraints, names), gamma: used.gamma };
}

const GAMMA_TOLERANCE = 1e-6;

interface Shares {
  readonly gamma: number;
  readonly shares: Float64Array;
}

function sharesNear(covariance: Matrix, order: readonly number[], gamma: number): Shares {
  const wanted = sharesAt(covariance, order, gamma);
  if (wanted !== undefined) {
    return wanted;
  }
  let best = sharesAt(covariance, order, 0);
  let high = gamma;
  while (best !== undefined && high - best.gamma > GAMMA_TOLERANCE) {
    const middle = (best.gamma + high) / 2;
    const next = sharesAt(covariance, order, middle);
    best = next ?? best;
    high = next === undefined ? middle : high;
  }
  return best ?? { gamma: 0, shares: new Float64Array(order.length).fill(1) };
}

/** Nothing where a matrix on the way is not positive definite. γ = 0 asks for none. */
function sharesAt(covariance: Matrix, order: readonly number[], gamma: number): Shares | undefined {
  const work = { ...covariance, values: covariance.values.slice() };
  let isDefinite = true;
  const shares = bisectLeaves(order, (first, second) => {
    if (isDefinite && gamma > 0 && first.length > 1) {
      const augmented = augmentBlocks(work, first, second, gamma);
      isDefinite = augmented !== undefined;
      if (augmented !== undefined) {
        putBlock(work, first, augmented.first);
        putBlock(work, second, augmented.second);
      }
    }
    return firstShare(1, naiveVariance(work, first), naiveVariance(work, second));
  });
  return isDefinite ? { gamma, shares } : undefined;
}

/** Variance of a cluster with weights in inverse proportion to the variance of its assets. */
function naiveVariance(covariance: Matrix, cluster: readonly number[]): number {
  const { rows: n, values } = blockOf(covariance, cluster, cluster);
  let smallest = Number.POSITIVE_INFINITY;
  for (let a = 0; a < n; a++) {
    smallest = Math.min(smallest, values[a * n + a]);
  }
  const weights = new Float64Array(n);
  let total = 0;
  for (let a = 0; a < n; a++) {
    weights[a] = smallest / values[a * n + a];
    total += weights[a];
  }
  let variance = 0;
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      variance += weights[a] * weights[b] * values[a * n + b];
    }
  }
  return Math.max(0, variance) / (total * total);
}
