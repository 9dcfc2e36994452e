import { leafOrder, singleLinkage } from "../clustering/linkage.ts";
import { correlationFromCovariance } from "../covariance/correlation.ts";
import { type Matrix, requireCovariance } from "../linalg/matrix.ts";
import { checkConstraints, largestBudget, type WeightConstraints } from "./constraints.ts";
import { checkRule, type RulePortfolio } from "./rule-portfolio.ts";
import { splitBudget, volatilitiesOf, type ZeroVolatility } from "./volatilities.ts";

/** Weights by hierarchical risk parity, or the assets without volatility. */
export type HierarchicalRiskParityPortfolio = RulePortfolio | ZeroVolatility;

/**
 * Splits the budget down a tree of assets, more to the calmer half of each branch.
 *
 * Assets are clustered by single linkage on the distance √(½(1 − ρ)) and put in the order of
 * the tree's leaves. The list is then halved again and again; each half gets a share in inverse
 * proportion to the variance that it has with inverse-variance weights. No matrix is inverted,
 * so a singular Σ is fine.
 *
 * López de Prado clusters by the Euclidean distance between columns of the distance matrix.
 * Here, as in PyPortfolioOpt, the distance itself counts. Which branch of a merge comes first
 * follows the order of the assets, so that another order may give other weights.
 *
 * @param covariance - Σ, shape (n, n), symmetric.
 * @param constraints - Their budget (of a range, the largest) is split; their limits are only checked.
 * @param names - Name of each asset, for the messages.
 * @returns The weights with the constraints that they break, or the assets whose volatility
 *   is 0.
 * @throws {ArgumentError} Σ is not a covariance or does not match the constraints, or a
 *   constraint makes no sense by itself.
 * @see López de Prado (2016), "Building Diversified Portfolios that Outperform Out of Sample",
 *   doi:10.3905/jpm.2016.42.4.059
 */
export function hierarchicalRiskParity(
  covariance: Matrix,
  constraints: WeightConstraints,
  names: readonly string[] = [],
): HierarchicalRiskParityPortfolio {
  checkConstraints(constraints);
  const found = volatilitiesOf(covariance, constraints.lower.length);
  requireCovariance(covariance);
  if (found.status === "zero-volatility") {
    return found;
  }
  const correlation = correlationFromCovariance(covariance);
  const distances = correlation.values.map((rho) => Math.sqrt((1 - rho) / 2));
  const order = leafOrder(singleLinkage({ ...correlation, values: distances }));
  const shares = bisect(correlation, found.volatilities, order);
  return checkRule(splitBudget(shares, largestBudget(constraints)), constraints, names);
}

function bisect(
  correlation: Matrix,
  volatilities: Float64Array,
  order: readonly number[],
): Float64Array {
  const shares = new Float64Array(order.length).fill(1);
  const open = [order];
  for (let cluster = open.pop(); cluster !== undefined; cluster = open.pop()) {
    if (cluster.length > 1) {
      const middle = Math.floor(cluster.length / 2);
      const [first, second] = [cluster.slice(0, middle), cluster.slice(middle)];
      const part = firstPart(
        clusterVolatility(correlation, volatilities, first),
        clusterVolatility(correlation, volatilities, second),
      );
      scaleShares(shares, first, part);
      scaleShares(shares, second, 1 - part);
      open.push(first, second);
    }
  }
  return shares;
}

function scaleShares(shares: Float64Array, cluster: readonly number[], factor: number): void {
  for (const asset of cluster) {
    shares[asset] *= factor;
  }
}

/** Share of the first of two halves, 1 − v₁/(v₁ + v₂); half where neither has variance. */
function firstPart(firstVolatility: number, secondVolatility: number): number {
  const largest = Math.max(firstVolatility, secondVolatility);
  if (largest === 0) {
    return 0.5;
  }
  // Scaled, so that no square overflows or vanishes.
  const first = (firstVolatility / largest) ** 2;
  const second = (secondVolatility / largest) ** 2;
  return second / (first + second);
}

/** Volatility of the cluster with weights wᵢ ∝ 1/σᵢ². */
function clusterVolatility(
  { cols: n, values }: Matrix,
  volatilities: Float64Array,
  cluster: readonly number[],
): number {
  const smallest = cluster.reduce(
    (least, i) => Math.min(least, volatilities[i]),
    Number.POSITIVE_INFINITY,
  );
  const ratios = cluster.map((i) => smallest / volatilities[i]);
  const total = ratios.reduce((sum, ratio) => sum + ratio * ratio, 0);
  let variance = 0;
  for (const [a, i] of cluster.entries()) {
    for (const [b, j] of cluster.entries()) {
      variance += ratios[a] * ratios[b] * values[i * n + j];
    }
  }
  return (smallest * Math.sqrt(Math.max(0, variance))) / total;
}
