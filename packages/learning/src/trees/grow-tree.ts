import { findBestSplit, type NodeSums, type Split, type SplitRule } from "./best-split.ts";
import type { FeatureBins } from "./feature-bins.ts";
import {
  type Derivatives,
  type Histogram,
  type HistogramStore,
  histogramStore,
  type RowRange,
} from "./histogram.ts";
import type { TreeBuilder } from "./tree-builder.ts";

/** How trees grow. */
export interface GrowthRule extends SplitRule {
  /** Questions on the way to a leaf, at most. */
  readonly depthMax: number;
}

/** Makes the value of a leaf from the numbers of the observations in it. */
export type LeafValue = (rows: Int32Array, sums: NodeSums) => number;

/** Grows trees on one set of observations. */
export interface TreeGrower {
  /**
   * Grows a tree and adds it to an ensemble.
   *
   * @param rows - Observations to grow from, by number.
   * @param isUsed - 1 for each feature that may be asked for.
   */
  readonly grow: (
    derivatives: Derivatives,
    rows: Int32Array,
    isUsed: Uint8Array,
    leafValue: LeafValue,
  ) => void;
}

interface Growth {
  readonly bins: FeatureBins;
  readonly rule: GrowthRule;
  readonly builder: TreeBuilder;
  readonly store: HistogramStore;
  readonly isUsed: Uint8Array;
  readonly leafValue: LeafValue;
}

/**
 * Prepares for growing trees node by node, from histograms.
 *
 * Of two children only the smaller one's histogram is summed; the other is what it leaves of their
 * parent's. Scratch memory is shared by all trees.
 *
 * @see Ke et al. (2017), "LightGBM: A Highly Efficient Gradient Boosting Decision Tree", section 2
 */
export function treeGrower(bins: FeatureBins, rule: GrowthRule, builder: TreeBuilder): TreeGrower {
  // One for each level of the branch in work, and that of the child next to it.
  const store = histogramStore(bins, rule.depthMax + 2);
  return {
    grow: (derivatives, rows, isUsed, leafValue) => {
      store.load(derivatives);
      store.rows.set(rows);
      builder.startTree();
      const all = { start: 0, end: rows.length };
      const growth = { bins, rule, builder, store, isUsed, leafValue };
      growNode(growth, all, sumsOf(derivatives, rows), store.sum(all), 0);
    },
  };
}

function sumsOf({ gradients, curvatures }: Derivatives, rows: Int32Array): NodeSums {
  let gradient = 0;
  let cover = 0;
  for (let q = 0; q < rows.length; q++) {
    gradient += gradients[rows[q]];
    cover += curvatures[rows[q]];
  }
  return { gradient, cover };
}

/**
 * Grows the part of a tree below a node.
 *
 * @param histogram - That of the node, or nothing where it is a leaf at any rate. It is given back.
 * @returns The node's number.
 */
function growNode(
  growth: Growth,
  range: RowRange,
  sums: NodeSums,
  histogram: Histogram | undefined,
  depth: number,
): number {
  const { bins, rule, builder, store, isUsed } = growth;
  const node = builder.addLeaf(sums.cover);
  const split =
    histogram && depth < rule.depthMax
      ? findBestSplit(bins, histogram.cells, isUsed, sums, rule)
      : undefined;
  if (histogram === undefined || split === undefined) {
    if (histogram !== undefined) {
      store.release(histogram);
    }
    builder.setLeaf(node, growth.leafValue(store.rows.subarray(range.start, range.end), sums));
    return node;
  }
  const threshold = bins.cuts[split.feature][split.bin] ?? Number.POSITIVE_INFINITY;
  builder.split(node, { feature: split.feature, threshold, missingLeft: split.missingLeft });
  const middle = store.divide(range, split);
  growChildren(growth, { node, range, middle, split, sums, depth }, histogram);
  return node;
}

interface SplitNode {
  readonly node: number;
  readonly range: RowRange;
  readonly middle: number;
  readonly split: Split;
  readonly sums: NodeSums;
  readonly depth: number;
}

function growChildren(growth: Growth, parent: SplitNode, histogram: Histogram): void {
  const { rule, builder, store } = growth;
  const { node, range, middle, split, sums, depth } = parent;
  const leftRange = { start: range.start, end: middle };
  const rightRange = { start: middle, end: range.end };
  const rightSums = {
    gradient: sums.gradient - split.left.gradient,
    cover: sums.cover - split.left.cover,
  };
  if (depth + 1 === rule.depthMax) {
    store.release(histogram);
    const left = growNode(growth, leftRange, split.left, undefined, depth + 1);
    const right = growNode(growth, rightRange, rightSums, undefined, depth + 1);
    builder.connect(node, left, right);
    return;
  }
  const isLeftSmaller = middle - range.start < range.end - middle;
  const smaller = store.sum(isLeftSmaller ? leftRange : rightRange);
  store.subtract(histogram, smaller);
  const [ofLeft, ofRight] = isLeftSmaller ? [smaller, histogram] : [histogram, smaller];
  const left = growNode(growth, leftRange, split.left, ofLeft, depth + 1);
  const right = growNode(growth, rightRange, rightSums, ofRight, depth + 1);
  builder.connect(node, left, right);
}
