import type { Matrix } from "@portfolio/quant";
import { requireFeatures } from "../training-set.ts";

/**
 * Decision trees whose leaves are added up, all nodes in one row of arrays.
 *
 * At an inner node an observation goes left when its feature is below the threshold.
 */
export interface TreeEnsemble {
  readonly featureCount: number;
  /** What is added to the sum of the leaves. */
  readonly base: number;
  /** The root of each tree. */
  readonly roots: Int32Array;
  /** The feature that a node asks for; −1 for a leaf. */
  readonly features: Int32Array;
  readonly thresholds: Float64Array;
  readonly lefts: Int32Array;
  readonly rights: Int32Array;
  /** 1 where observations whose feature is missing go left. */
  readonly missingLeft: Uint8Array;
  /** What a leaf adds; 0 for inner nodes. */
  readonly values: Float64Array;
  /** Σ of the curvatures of the observations that a node was made from. */
  readonly covers: Float64Array;
}

/** Finds where an observation goes from an inner node. */
export function childOf(trees: TreeEnsemble, node: number, value: number): number {
  const goesLeft = Number.isNaN(value)
    ? trees.missingLeft[node] === 1
    : value < trees.thresholds[node];
  return goesLeft ? trees.lefts[node] : trees.rights[node];
}

/**
 * Adds what one tree says of each row.
 *
 * @param tree - Its number.
 * @param sums - Length N; changed.
 * @param rows - Rows to add to, by number. (Default: all)
 */
export function addTree(
  trees: TreeEnsemble,
  tree: number,
  features: Matrix,
  sums: Float64Array,
  rows?: Int32Array,
): void {
  const { cols, values } = features;
  const root = trees.roots[tree];
  const count = rows?.length ?? features.rows;
  for (let q = 0; q < count; q++) {
    const i = rows?.[q] ?? q;
    let node = root;
    while (trees.features[node] >= 0) {
      node = childOf(trees, node, values[i * cols + trees.features[node]]);
    }
    sums[i] += trees.values[node];
  }
}

/**
 * Computes the forecast of each row: the base and one leaf of each tree.
 *
 * @throws {ArgumentError} The features are not those of the model in number.
 */
export function predictTrees(trees: TreeEnsemble, features: Matrix): Float64Array {
  requireFeatures(features, trees.featureCount);
  const sums = new Float64Array(features.rows).fill(trees.base);
  for (let tree = 0; tree < trees.roots.length; tree++) {
    addTree(trees, tree, features, sums);
  }
  return sums;
}

/** Share of the left child of an inner node, by covers; covers of 0 count alike. */
export function leftShare(trees: TreeEnsemble, node: number): number {
  const [left, right] = [trees.covers[trees.lefts[node]], trees.covers[trees.rights[node]]];
  return left + right > 0 ? left / (left + right) : 0.5;
}
