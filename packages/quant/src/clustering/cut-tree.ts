import { ArgumentError } from "../errors.ts";
import type { Merge } from "./linkage.ts";

/**
 * Cuts a tree into clusters by undoing its last merges.
 *
 * @param merges - Of n items, in the order in which they were made.
 * @param count - Number of clusters, 1 … n.
 * @returns Number of the cluster of each item, length n; clusters are numbered by their first item.
 * @throws {ArgumentError} The count is out of range.
 */
export function cutTree(merges: readonly Merge[], count: number): Int32Array {
  const n = merges.length + 1;
  if (!(Number.isInteger(count) && count >= 1 && count <= n)) {
    throw new ArgumentError(`${count} clusters of ${n} items`);
  }
  const top = new Int32Array(2 * n - 1).map((_, node) => node);
  for (let k = n - count - 1; k >= 0; k--) {
    top[merges[k].left] = top[n + k];
    top[merges[k].right] = top[n + k];
  }
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: n }, (_, item) => {
    const number = numbers.get(top[item]) ?? numbers.size;
    numbers.set(top[item], number);
    return number;
  });
}

/** Lists the items of each cluster, in ascending order. */
export function clusterMembers(labels: Int32Array): number[][] {
  const members: number[][] = [];
  for (const [item, label] of labels.entries()) {
    members[label] = [...(members[label] ?? []), item];
  }
  return members;
}
