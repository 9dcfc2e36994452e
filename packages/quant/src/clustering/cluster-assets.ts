import type { Matrix } from "../linalg/matrix.ts";
import { gapClusterCount } from "./cluster-count.ts";
import { clusterMembers, cutTree } from "./cut-tree.ts";
import { linkClusters } from "./link-clusters.ts";
import { leafOrder, type Merge } from "./linkage.ts";
import type { Linkage } from "./merged-distance.ts";
import { optimalLeafOrder } from "./optimal-leaf-order.ts";

/** Assets in a tree of clusters. */
export interface AssetTree {
  /** n − 1 merges of n assets. */
  readonly merges: readonly Merge[];
  /** The assets as leaves from left to right. */
  readonly order: readonly number[];
}

/**
 * Puts assets into a tree by their distances.
 *
 * @param distances - Shape (n, n), symmetric, n ≥ 1.
 * @param hasOptimalOrder - Whether branches are turned so that neighbors are most alike.
 * @throws {ArgumentError} The matrix is empty, not square or not finite.
 */
export function clusterAssets(
  distances: Matrix,
  linkage: Linkage,
  hasOptimalOrder = false,
): AssetTree {
  const merges = linkClusters(distances, linkage);
  const order = hasOptimalOrder ? optimalLeafOrder(distances, merges) : leafOrder(merges);
  return { merges, order };
}

/**
 * Cuts a tree into clusters.
 *
 * @param count - Number of clusters, 1 … n; absent means by the two-difference gap statistic.
 * @returns The assets of each cluster, in ascending order.
 * @throws {ArgumentError} The count is out of range.
 */
export function assetClusters(
  { merges }: AssetTree,
  distances: Matrix,
  count = gapClusterCount(distances, merges),
): number[][] {
  return clusterMembers(cutTree(merges, count));
}
