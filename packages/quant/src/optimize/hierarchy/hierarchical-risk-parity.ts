import { leafOrder, linkCovariances } from "../../clustering/linkage.ts";
import { type Matrix, requireCovariance } from "../../linalg/matrix.ts";
import { checkConstraints, largestBudget, type WeightConstraints } from "../constraints.ts";
import { checkRule, type RulePortfolio } from "../rule-portfolio.ts";
import { splitBudget, volatilitiesOf, type ZeroVolatility } from "../volatilities.ts";
import { bisectLeaves, bisectWithinBounds, type ShareOfFirst } from "./bisect-leaves.ts";
import { type ClusterRisk, clusterSize, firstShare } from "./cluster-risk.ts";
import { varianceShares } from "./variance-shares.ts";

/** Weights by hierarchical risk parity, or the assets without volatility. */
export type HierarchicalRiskParityPortfolio = RulePortfolio | ZeroVolatility;

/** Ways in which hierarchical risk parity may differ from the paper's. */
export interface HierarchicalRiskParityOptions {
  /** The assets as leaves of a tree. Absent means by single linkage on √(½(1 − ρ)). */
  readonly order?: readonly number[];
  /** What is split. Absent means variance. */
  readonly risk?: ClusterRisk;
  /** Whether bounds are kept to while weights are split, instead of being only checked. */
  readonly withinBounds?: boolean;
}

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
 * @param constraints - Their budget (of a range, the largest) is split. Their rows are only checked,
 *   and so are their bounds unless weights are split within them.
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
  options: HierarchicalRiskParityOptions = {},
): HierarchicalRiskParityPortfolio {
  checkConstraints(constraints);
  const found = volatilitiesOf(covariance, constraints.lower.length);
  requireCovariance(covariance);
  if (found.status === "zero-volatility") {
    return found;
  }
  const { volatilities } = found;
  const order = options.order ?? leafOrder(linkCovariances(covariance, volatilities));
  const { risk } = options;
  if (risk !== undefined) {
    const share = (first: readonly number[], second: readonly number[]) =>
      firstShare(risk.power, clusterSize(risk, first), clusterSize(risk, second));
    return checkRule(splitDown(order, share, constraints, options), constraints, names);
  }
  const shares = varianceShares(covariance, volatilities, order);
  const own = {
    lower: Float64Array.from(order, (asset) => constraints.lower[asset]),
    upper: Float64Array.from(order, (asset) => constraints.upper[asset]),
    budget: constraints.budget,
  };
  const places = [...order.keys()];
  const split = splitDown(places, (_, [middle]) => shares[middle], own, options);
  const weights = new Float64Array(order.length);
  for (let k = 0; k < order.length; k++) {
    weights[order[k]] = split[k];
  }
  return checkRule(weights, constraints, names);
}

function splitDown(
  order: readonly number[],
  share: ShareOfFirst,
  constraints: Omit<WeightConstraints, "rows">,
  { withinBounds = false }: HierarchicalRiskParityOptions,
): Float64Array {
  return withinBounds
    ? bisectWithinBounds(order, share, constraints)
    : splitBudget(bisectLeaves(order, share), largestBudget(constraints));
}
