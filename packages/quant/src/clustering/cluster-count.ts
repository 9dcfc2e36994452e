import type { Matrix } from "../linalg/matrix.ts";
import { clusterMembers, cutTree } from "./cut-tree.ts";
import type { Merge } from "./linkage.ts";

const CLUSTER_COUNT_MAX = 10;

/**
 * Chooses the number of clusters by the two-difference gap statistic: the k with the sharpest bend
 * Wₖ₊₂ − 2Wₖ₊₁ + Wₖ, where Wₖ sums over the clusters the standard deviation of the distances within.
 *
 * @param distances - Shape (n, n).
 * @param merges - Of the n items.
 * @returns 2 … min(10, √n), or 1 where there are fewer than four items.
 * @see Yue, Wang & Wei (2008), "Estimating the number of clusters by the two-difference gap"; as
 *   Riskfolio-Lib computes it
 */
export function gapClusterCount(distances: Matrix, merges: readonly Merge[]): number {
  const n = distances.rows;
  const last = Math.min(n, Math.floor(Math.min(CLUSTER_COUNT_MAX, Math.sqrt(n)) + 2));
  const spreads = new Float64Array(last + 1);
  for (let k = 2; k <= last; k++) {
    spreads[k] = clusterMembers(cutTree(merges, k)).reduce(
      (sum, members) => sum + spreadWithin(distances, members),
      0,
    );
  }
  let best = 1;
  let sharpest = Number.NEGATIVE_INFINITY;
  for (let k = 2; k + 2 <= last; k++) {
    const bend = spreads[k + 2] - 2 * spreads[k + 1] + spreads[k];
    if (bend > sharpest) {
      sharpest = bend;
      best = k;
    }
  }
  return best;
}

/** Standard deviation of the distances between members; 0 for fewer than two. */
function spreadWithin({ cols: n, values }: Matrix, members: readonly number[]): number {
  const count = (members.length * (members.length - 1)) / 2;
  if (count === 0) {
    return 0;
  }
  let sum = 0;
  for (let a = 0; a < members.length; a++) {
    for (let b = 0; b < a; b++) {
      sum += values[members[a] * n + members[b]];
    }
  }
  const mean = sum / count;
  let squares = 0;
  for (let a = 0; a < members.length; a++) {
    for (let b = 0; b < a; b++) {
      squares += (values[members[a] * n + members[b]] - mean) ** 2;
    }
  }
  return Math.sqrt(squares / count);
}
