import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { correlationDistances } from "./asset-distances.ts";
import { bubbleClusters } from "./bubble-clusters.ts";
import { bubbleTree } from "./bubble-tree.ts";
import { filterNetwork } from "./filtered-network.ts";
import { linkClusters } from "./link-clusters.ts";
import { leafOrder } from "./linkage.ts";

interface Case {
  readonly correlation: readonly number[];
  readonly clusters: readonly number[];
  readonly paths: readonly number[];
  /** Rows of left, right and height. */
  readonly merges: readonly (readonly [number, number, number])[];
}

function distancesOf({ correlation, clusters }: Case): Matrix {
  const n = clusters.length;
  const values = new Float64Array(n * n);
  for (let i = 0, k = 0; i < n; i++) {
    values[i * n + i] = 1;
    for (let j = 0; j < i; j++, k++) {
      values[i * n + j] = correlation[k];
      values[j * n + i] = correlation[k];
    }
  }
  return correlationDistances({ rows: n, cols: n, values });
}

/** The items and the height of each merge. */
function branches(n: number, merges: readonly (readonly [number, number, number])[]): string[] {
  const members = Array.from({ length: n }, (_, item) => [item]);
  const found = merges.map(([left, right, height]) => {
    const items = [...members[left], ...members[right]].sort((a, b) => a - b);
    members.push(items);
    return `${height.toFixed(9)}: ${items.join(" ")}`;
  });
  return found.sort();
}

describe("directed bubbles", () => {
  const cases = readReference<Case[]>("bubbles.json");

  it.each(cases.map((one) => ({ n: one.clusters.length, one })))(
    "make Riskfolio-Lib's tree of $n assets",
    ({ n, one }) => {
      const distances = distancesOf(one);
      const network = filterNetwork(distances);
      const clusters = bubbleClusters(bubbleTree(network.graph), network);
      expect(largestDifference(network.paths.values.subarray(0, n), one.paths)).toBeLessThan(1e-11);
      const several = new Set(one.clusters).size > 1;
      expect(Array.from(clusters)).toEqual(several ? one.clusters : one.clusters.map(() => 0));
      const merges = linkClusters(distances, "directed-bubble");
      const rows = merges.map((m): [number, number, number] => [m.left, m.right, m.distance]);
      expect(branches(n, rows)).toEqual(branches(n, one.merges));
    },
  );

  it.each([1, 2, 3, 4, 5, 12])("make a tree of %d equal assets", (n) => {
    for (const distance of [0, 1]) {
      const values = new Float64Array(n * n).fill(distance);
      for (let i = 0; i < n; i++) {
        values[i * n + i] = 0;
      }
      const merges = linkClusters({ rows: n, cols: n, values }, "directed-bubble");
      expect(leafOrder(merges).sort((a, b) => a - b)).toEqual(
        Array.from({ length: n }, (_, i) => i),
      );
      expect(merges.every((merge) => Number.isFinite(merge.distance))).toBe(true);
    }
  });
});
