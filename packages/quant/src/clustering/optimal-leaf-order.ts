import type { Matrix } from "../linalg/matrix.ts";
import type { Merge } from "./linkage.ts";

/**
 * Lists the items as the leaves of a tree whose branches are turned so that neighbors are as near
 * to each other as can be: the sum of the distances between neighbors is least. n³ operations.
 *
 * @param distances - Shape (n, n), symmetric.
 * @param merges - Of the n items.
 * @returns Every item once, length n. The reverse order is as good.
 * @see Bar-Joseph, Gifford & Jaakkola (2001), "Fast optimal leaf ordering for hierarchical
 *   clustering", doi:10.1093/bioinformatics/17.suppl_1.S22
 */
export function optimalLeafOrder(distances: Matrix, merges: readonly Merge[]): number[] {
  const n = merges.length + 1;
  const tree: LeafTree = {
    distances,
    merges,
    leaves: Array.from({ length: n }, (_, item) => Int32Array.of(item)),
    costs: new Float64Array(n * n),
  };
  for (const { left, right } of merges) {
    const [first, second] = [tree.leaves[left], tree.leaves[right]];
    joinCosts(tree, left, right);
    const joined = new Int32Array(first.length + second.length);
    joined.set(first);
    joined.set(second, first.length);
    tree.leaves.push(joined);
  }
  return readOrder(tree);
}

interface LeafTree {
  readonly distances: Matrix;
  readonly merges: readonly Merge[];
  /** Items under each cluster, those of its left branch first. */
  readonly leaves: Int32Array[];
  /** Least cost of the smallest cluster of items i and j with one at each end, shape (n, n). */
  readonly costs: Float64Array;
}

/** Finds the items that may be at the other end when an item is at one end of a cluster. */
function otherEnds({ merges, leaves }: LeafTree, cluster: number, item: number): Int32Array {
  const n = merges.length + 1;
  if (cluster < n) {
    return leaves[cluster];
  }
  const { left, right } = merges[cluster - n];
  return leaves[left].includes(item) ? leaves[right] : leaves[left];
}

/** Finds the costs with i in the left cluster and j in the right one at the ends. */
function joinCosts(tree: LeafTree, left: number, right: number): void {
  const { distances, leaves, costs } = tree;
  const n = distances.rows;
  const inRight = Array.from(leaves[right], (item) => otherEnds(tree, right, item));
  const reach = new Float64Array(n);
  for (const i of leaves[left]) {
    const inner = otherEnds(tree, left, i);
    for (const l of leaves[right]) {
      let least = Number.POSITIVE_INFINITY;
      for (const k of inner) {
        least = Math.min(least, costs[i * n + k] + distances.values[k * n + l]);
      }
      reach[l] = least;
    }
    for (const [place, j] of leaves[right].entries()) {
      let least = Number.POSITIVE_INFINITY;
      for (const l of inRight[place]) {
        least = Math.min(least, reach[l] + costs[l * n + j]);
      }
      costs[i * n + j] = least;
      costs[j * n + i] = least;
    }
  }
}

/** A cluster with the items that are to be at its ends. */
interface EndedCluster {
  readonly cluster: number;
  readonly start: number;
  readonly end: number;
}

function readOrder(tree: LeafTree): number[] {
  const n = tree.merges.length + 1;
  const order: number[] = [];
  const open: EndedCluster[] = n === 1 ? [{ cluster: 0, start: 0, end: 0 }] : [bestEnds(tree)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.cluster < n) {
      order.push(next.cluster);
    } else {
      const [first, second] = splitCluster(tree, next);
      open.push(second, first);
    }
  }
  return order;
}

function bestEnds({ merges, leaves, costs }: LeafTree): EndedCluster {
  const n = merges.length + 1;
  const { left, right } = merges[n - 2];
  let best = { cluster: 2 * n - 2, start: leaves[left][0], end: leaves[right][0] };
  for (const start of leaves[left]) {
    for (const end of leaves[right]) {
      if (costs[start * n + end] < costs[best.start * n + best.end]) {
        best = { ...best, start, end };
      }
    }
  }
  return best;
}

/** Finds which items meet where the two branches of a cluster touch. */
function splitCluster(
  tree: LeafTree,
  { cluster, start, end }: EndedCluster,
): [EndedCluster, EndedCluster] {
  const { distances, merges, leaves, costs } = tree;
  const n = distances.rows;
  const { left, right } = merges[cluster - n];
  const [first, second] = leaves[left].includes(start) ? [left, right] : [right, left];
  let least = Number.POSITIVE_INFINITY;
  let meeting: [number, number] = [start, end];
  for (const k of otherEnds(tree, first, start)) {
    for (const l of otherEnds(tree, second, end)) {
      const cost = costs[start * n + k] + distances.values[k * n + l] + costs[l * n + end];
      if (cost < least) {
        least = cost;
        meeting = [k, l];
      }
    }
  }
  return [
    { cluster: first, start, end: meeting[0] },
    { cluster: second, start: meeting[1], end },
  ];
}
