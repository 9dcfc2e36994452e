import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { assetClusters, clusterAssets } from "./cluster-assets.ts";
import { gapClusterCount } from "./cluster-count.ts";
import { cutTree } from "./cut-tree.ts";
import { linkClusters } from "./link-clusters.ts";
import { leafOrder, type Merge } from "./linkage.ts";
import type { Linkage } from "./merged-distance.ts";
import { optimalLeafOrder } from "./optimal-leaf-order.ts";

interface Trees {
  readonly distances: { readonly pearson: readonly number[] };
  readonly trees: readonly {
    readonly linkage: Linkage;
    readonly merges: readonly number[];
    readonly distances: readonly number[];
    readonly order: readonly number[];
    readonly optimalNeighborSum: number;
    readonly labels: readonly number[];
    readonly gapCount: number | null;
  }[];
}

const reference = readReference<Trees>("hierarchies.json");
const distances = matrixOf(reference.distances.pearson, 20);

function neighborSum({ cols: n, values }: Matrix, order: readonly number[]): number {
  return order.slice(1).reduce((sum, b, k) => sum + (values[(order[k] ?? 0) * n + b] ?? 0), 0);
}

/** Numbers clusters by their first item. */
function renumbered(labels: readonly number[]): number[] {
  const seen = [...new Set(labels)];
  return labels.map((label) => seen.indexOf(label));
}

describe.each(reference.trees)("linkClusters by $linkage linkage", (tree) => {
  const merges = linkClusters(distances, tree.linkage);

  it("agrees with SciPy", () => {
    expect(merges.flatMap(({ left, right }) => [left, right])).toEqual(tree.merges);
    expect(
      largestDifference(
        merges.map(({ distance }) => distance),
        tree.distances,
      ),
    ).toBeLessThan(1e-10);
    expect(leafOrder(merges)).toEqual(tree.order);
    // SciPy cuts by height; where heights fall again that is another cut.
    const isMonotone = tree.linkage !== "centroid" && tree.linkage !== "median";
    expect([...cutTree(merges, 4)]).toEqual(
      isMonotone ? renumbered(tree.labels) : [...cutTree(merges, 4)],
    );
  });

  it("turns branches no worse than SciPy, whose search ends early", () => {
    const order = optimalLeafOrder(distances, merges);

    expect(order.toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
    expect(neighborSum(distances, order)).toBeLessThanOrEqual(tree.optimalNeighborSum + 1e-12);
  });
});

describe("gapClusterCount", () => {
  it.each(reference.trees.filter(({ gapCount }) => gapCount !== null))(
    "is Riskfolio-Lib's for $linkage linkage",
    ({ linkage, gapCount }) => {
      expect(gapClusterCount(distances, linkClusters(distances, linkage))).toBe(gapCount);
    },
  );

  it("is 1 for fewer than four items, and at most √n", () => {
    const alike = (n: number) => matrixOf(Array(n * n).fill(0), n);

    expect(gapClusterCount(alike(3), linkClusters(alike(3), "ward"))).toBe(1);
    expect(gapClusterCount(alike(9), linkClusters(alike(9), "ward"))).toBeLessThanOrEqual(3);
  });
});

describe("optimalLeafOrder", () => {
  /** Every order that turning branches gives. */
  function ordersOf(merges: readonly Merge[], cluster: number): number[][] {
    const merge = merges[cluster - merges.length - 1];
    if (merge === undefined) {
      return [[cluster]];
    }
    const second = ordersOf(merges, merge.right);
    return ordersOf(merges, merge.left).flatMap((a) =>
      second.flatMap((b) => [
        [...a, ...b],
        [...b, ...a],
      ]),
    );
  }

  it("is one of the tree's orders, and the best", () => {
    const entries = fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 21, maxLength: 21 });
    fc.assert(
      fc.property(entries, (upper) => {
        const values = new Float64Array(49);
        for (let i = 0, k = 0; i < 7; i++) {
          for (let j = 0; j < i; j++, k++) {
            values[i * 7 + j] = upper[k] ?? 0;
            values[j * 7 + i] = upper[k] ?? 0;
          }
        }
        const matrix = { rows: 7, cols: 7, values };
        const merges = linkClusters(matrix, "average");
        const all = ordersOf(merges, 12);
        const found = optimalLeafOrder(matrix, merges);

        expect(all).toContainEqual(found);
        expect(neighborSum(matrix, found)).toBe(
          Math.min(...all.map((order) => neighborSum(matrix, order))),
        );
      }),
      { numRuns: 60 },
    );
  });
});

const LINKAGES: readonly Linkage[] = [
  "single",
  "complete",
  "average",
  "weighted",
  "ward",
  "centroid",
  "median",
];

/** The nearest two clusters merge, found anew each time from the definition of the linkage. */
function bruteForce(points: readonly number[], linkage: "complete" | "average"): number[] {
  const clusters = points.map((point) => [point]);
  const found: number[] = [];
  const between = (a: readonly number[], b: readonly number[]) => {
    const all = a.flatMap((x) => b.map((y) => Math.abs(x - y)));
    return linkage === "complete" ? Math.max(...all) : all.reduce((s, d) => s + d) / all.length;
  };
  while (clusters.length > 1) {
    let best = { a: 0, b: 1, distance: Number.POSITIVE_INFINITY };
    for (const [a, one] of clusters.entries()) {
      for (const [b, other] of clusters.entries()) {
        const distance = between(one, other);
        best = a < b && distance < best.distance ? { a, b, distance } : best;
      }
    }
    found.push(best.distance);
    const [gone = []] = clusters.splice(best.b, 1);
    clusters[best.a]?.push(...gone);
  }
  return found;
}

describe("linkClusters", () => {
  it.each(["complete", "average"] as const)("merges what is nearest by %s linkage", (linkage) => {
    const points = fc.uniqueArray(fc.double({ min: 0, max: 100, noNaN: true }), {
      minLength: 2,
      maxLength: 9,
    });
    fc.assert(
      fc.property(points, (line) => {
        const merges = linkClusters(
          matrixFromRows(line.map((x) => line.map((y) => Math.abs(x - y)))),
          linkage,
        );
        const expected = bruteForce(line, linkage);

        expect(
          largestDifference(
            merges.map(({ distance }) => distance),
            expected,
          ),
        ).toBeLessThan(1e-10);
      }),
      { numRuns: 60 },
    );
  });

  it.each(LINKAGES)("takes items that are all alike by %s linkage", (linkage) => {
    const { merges, order } = clusterAssets(matrixOf(Array(25).fill(0), 5), linkage, true);

    expect(merges.map(({ distance }) => distance)).toEqual([0, 0, 0, 0]);
    expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
  });

  it.each(LINKAGES)("has no merge for one item, and refuses none, by %s linkage", (linkage) => {
    expect(clusterAssets(matrixOf([0], 1), linkage, true)).toEqual({ merges: [], order: [0] });
    expect(() => linkClusters(matrixFromRows([]), linkage)).toThrow(ArgumentError);
    expect(() => linkClusters(matrixFromRows([[Number.NaN]]), linkage)).toThrow(ArgumentError);
  });
});

describe("assetClusters", () => {
  it("parts two groups far from each other", () => {
    const line = [0, 10, 0.1, 10.1, 0.2];
    const far = matrixFromRows(line.map((x) => line.map((y) => Math.abs(x - y))));
    const tree = clusterAssets(far, "ward");

    expect(assetClusters(tree, far, 2)).toEqual([
      [0, 2, 4],
      [1, 3],
    ]);
    expect(() => assetClusters(tree, far, 6)).toThrow(ArgumentError);
    expect(() => assetClusters(tree, far, 0)).toThrow(ArgumentError);
  });
});
