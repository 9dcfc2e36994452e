import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, normals } from "../../test/reference.ts";
import { childOf, type TreeEnsemble } from "./tree-ensemble.ts";
import { pathDependentShap } from "./tree-shap.ts";

/**
 * Makes a tree that asks for one feature after the other: what is below goes to a leaf, the rest goes
 * on; every third question sends missing values to its leaf.
 */
function ladder(asked: readonly number[], featureCount: number, seed: number): TreeEnsemble {
  const draws = normals(4 * asked.length + 4, seed);
  const nodes = 2 * asked.length + 1;
  const inner = (node: number) => node % 2 === 0 && node < nodes - 1;
  const each = <T>(of: (node: number) => T) => Array.from({ length: nodes }, (_, k) => of(k));
  const covers = each((node) => (node % 2 === 0 ? nodes - node : 1 + Math.abs(draws[node] ?? 0)));
  return {
    featureCount,
    base: 0.5,
    roots: Int32Array.of(0),
    features: Int32Array.from(each((node) => (inner(node) ? (asked[node / 2] ?? -1) : -1))),
    thresholds: Float64Array.from(each((node) => (inner(node) ? 0.7 * (draws[node] ?? 0) : 0))),
    lefts: Int32Array.from(each((node) => (inner(node) ? node + 1 : 0))),
    rights: Int32Array.from(each((node) => (inner(node) ? node + 2 : 0))),
    missingLeft: Uint8Array.from(each((node) => (node % 3 === 0 ? 1 : 0))),
    values: Float64Array.from(each((node) => (inner(node) ? 0 : (draws[nodes + node] ?? 0)))),
    covers: Float64Array.from(covers),
  };
}

/** The forecast given some features: branches of the others are taken by their covers. */
function conditional(trees: TreeEnsemble, x: Float64Array, subset: number, node = 0): number {
  const feature = trees.features[node] ?? -1;
  if (feature < 0) {
    return trees.values[node] ?? 0;
  }
  if ((subset >> feature) & 1) {
    return conditional(trees, x, subset, childOf(trees, node, x[feature] ?? 0));
  }
  const children = [trees.lefts[node] ?? 0, trees.rights[node] ?? 0];
  const covers = children.map((child) => trees.covers[child] ?? 0);
  const total = covers.reduce((sum, cover) => sum + cover);
  return children.reduce(
    (sum, child, k) => sum + ((covers[k] ?? 0) / total) * conditional(trees, x, subset, child),
    0,
  );
}

/** Shapley values by their definition, over all subsets of the features. */
function byDefinition(trees: TreeEnsemble, x: Float64Array): number[] {
  const count = x.length;
  const games = Array.from({ length: 1 << count }, (_, subset) => conditional(trees, x, subset));
  const factorials = [1];
  for (let n = 1; n <= count; n++) {
    factorials.push(n * (factorials[n - 1] ?? 1));
  }
  return Array.from({ length: count }, (_, j) => {
    let sum = 0;
    for (const [subset, value] of games.entries()) {
      if ((subset >> j) & 1) continue;
      const size = [...subset.toString(2)].filter((bit) => bit === "1").length;
      const ways = (factorials[size] ?? 1) * (factorials[count - size - 1] ?? 1);
      sum += (ways / (factorials[count] ?? 1)) * ((games[subset | (1 << j)] ?? 0) - value);
    }
    return sum;
  });
}

describe("pathDependentShap", () => {
  it.each([
    { asked: [0, 1, 0, 2, 1], featureCount: 4 },
    { asked: [3, 0, 7, 1, 9, 2, 8, 4, 6, 5, 3, 10, 0], featureCount: 11 },
  ])("gives Shapley values by their definition to $asked", ({ asked, featureCount }) => {
    const trees = ladder(asked, featureCount, 3);
    const rows = 6;
    const values = normals(rows * featureCount, 4).map((x, k) => (k % 7 === 0 ? Number.NaN : x));

    const { expectation, contributions } = pathDependentShap(trees, matrixOf(values, featureCount));

    expect(expectation).toBeCloseTo(
      0.5 + conditional(trees, new Float64Array(featureCount), 0),
      12,
    );
    for (let i = 0; i < rows; i++) {
      const x = values.subarray(i * featureCount, (i + 1) * featureCount);
      const own = contributions.values.subarray(i * featureCount, (i + 1) * featureCount);
      expect(largestDifference(own, byDefinition(trees, x))).toBeLessThan(1e-12);
    }
  });

  it("follows infinite values as the forecast does", () => {
    const trees = ladder([0, 1, 0], 2, 5);
    const infinite = Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);

    const { contributions } = pathDependentShap(trees, matrixOf(infinite, 2));

    expect(largestDifference(contributions.values, byDefinition(trees, infinite))).toBeLessThan(
      1e-12,
    );
  });

  it("explains a tree of one leaf by nothing", () => {
    const { expectation, contributions } = pathDependentShap(ladder([], 2, 6), matrixOf([1, 2], 2));

    expect(expectation).toBeCloseTo(0.5 + (normals(4, 6)[1] ?? 0), 12);
    expect([...contributions.values]).toEqual([0, 0]);
  });
});
