import { clusterMembers, cutTree } from "../../clustering/cut-tree.ts";
import type { Merge } from "../../clustering/linkage.ts";
import { checkConstraints, largestBudget, type WeightConstraints } from "../constraints.ts";
import { checkRule, type RulePortfolio } from "../rule-portfolio.ts";
import { splitBudget } from "../volatilities.ts";
import { type ClusterRisk, clusterSize, firstShare, inverseRiskWeights } from "./cluster-risk.ts";

/** A tree that is cut into clusters. */
export interface ClusterCut {
  /** Of n assets. */
  readonly merges: readonly Merge[];
  /** Number of clusters, 1 … n. */
  readonly count: number;
}

/**
 * Splits the budget down a tree to its clusters, then among the assets of each.
 *
 * Where two branches meet, each gets a share in inverse proportion to the sum of the risks of its
 * clusters. Within a cluster weights are in inverse proportion to the risk of the assets (HERC), or
 * equal (HERC2). The risk of a cluster is that of its weights by inverse risk.
 *
 * @param constraints - Their budget (of a range, the largest) is split; their limits are only checked.
 * @param names - Name of each asset, for the messages.
 * @throws {ArgumentError} The number of clusters is out of range, or a constraint makes no sense by
 *   itself.
 * @see Raffinot (2018), "The Hierarchical Equal Risk Contribution Portfolio",
 *   doi:10.2139/ssrn.3237540
 */
export function hierarchicalEqualRisk(
  { merges, count }: ClusterCut,
  risk: ClusterRisk,
  constraints: WeightConstraints,
  { names = [], equalWithin = false }: HierarchicalEqualRiskOptions = {},
): RulePortfolio {
  checkConstraints(constraints);
  const labels = cutTree(merges, count);
  const clusters = clusterMembers(labels);
  const sizes = Float64Array.from(clusters, (cluster) => clusterSize(risk, cluster));
  const shares = splitAmongClusters({ merges, count }, labels, sizes, risk.power);
  const weights = new Float64Array(labels.length);
  for (const [c, cluster] of clusters.entries()) {
    const within = equalWithin
      ? new Float64Array(cluster.length).fill(1 / cluster.length)
      : inverseRiskWeights(risk, cluster);
    for (let a = 0; a < within.length; a++) {
      weights[cluster[a]] = shares[c] * within[a];
    }
  }
  return checkRule(splitBudget(weights, largestBudget(constraints)), constraints, names);
}

/** How weights are told and made. */
export interface HierarchicalEqualRiskOptions {
  /** Name of each asset, for the messages. */
  readonly names?: readonly string[];
  /** Whether weights within a cluster are equal. */
  readonly equalWithin?: boolean;
}

/** Splits 1 among the clusters, down the last merges. */
function splitAmongClusters(
  { merges, count }: ClusterCut,
  labels: Int32Array,
  sizes: Float64Array,
  power: 1 | 2,
): Float64Array {
  const n = labels.length;
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  const firstItem = new Int32Array(2 * n - 1).map((_, node) => node);
  const totals = new Float64Array(2 * n - 1);
  const isCut = (node: number) => node > 2 * n - 1 - count;
  for (const [k, { left, right }] of merges.entries()) {
    const node = n + k;
    firstItem[node] = firstItem[left];
    for (const child of isCut(node) ? [left, right] : []) {
      totals[child] = isCut(child)
        ? totals[child]
        : riskOf(sizes[labels[firstItem[child]]], largest, power);
      totals[node] += totals[child];
    }
  }
  const shares = new Float64Array(count);
  const open = [{ node: 2 * n - 2, share: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, share } = next;
    if (!isCut(node)) {
      shares[labels[firstItem[node]]] = share;
      continue;
    }
    const { left, right } = merges[node - n];
    const first = firstShare(1, totals[left], totals[right]);
    open.push({ node: left, share: share * first }, { node: right, share: share * (1 - first) });
  }
  return shares;
}

/** Risk over the largest one. */
function riskOf(size: number, largest: number, power: 1 | 2): number {
  return largest > 0 ? (size / largest) ** power : 0;
}
