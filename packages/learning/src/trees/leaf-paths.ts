import { leftShare, type TreeEnsemble } from "./tree-ensemble.ts";

/** The questions on the way to a leaf, gathered by the feature that they ask for. */
export interface LeafPath {
  /** What the leaf adds. */
  readonly value: number;
  /** D features, each once. */
  readonly features: Int32Array;
  /** Share of the observations that the questions about a feature let through. */
  readonly shares: Float64Array;
  /** They let through what is not below `lows` and below `highs`; NaN where there is no bound. */
  readonly lows: Float64Array;
  readonly highs: Float64Array;
  /** 1 where they let through what is missing. */
  readonly missing: Uint8Array;
}

/** What is known of a feature on the way down. */
interface Passage {
  readonly feature: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly missing: boolean;
}

/** Lists the ways to the leaves of a tree. */
export function leafPaths(trees: TreeEnsemble, root: number): LeafPath[] {
  const paths: LeafPath[] = [];
  const descend = (node: number, way: readonly Passage[]) => {
    if (trees.features[node] < 0) {
      paths.push(packed(way, trees.values[node]));
      return;
    }
    descend(trees.lefts[node], extended(trees, node, way, true));
    descend(trees.rights[node], extended(trees, node, way, false));
  };
  descend(root, []);
  return paths;
}

function extended(
  trees: TreeEnsemble,
  node: number,
  way: readonly Passage[],
  isLeft: boolean,
): Passage[] {
  const feature = trees.features[node];
  const threshold = trees.thresholds[node];
  const known = way.find((own) => own.feature === feature);
  const { share, low, high, missing } = known ?? {
    share: 1,
    low: Number.NaN,
    high: Number.NaN,
    missing: true,
  };
  const left = leftShare(trees, node);
  const passage = {
    feature,
    share: share * (isLeft ? left : 1 - left),
    // A bound that is not there yet is neither above nor below.
    low: isLeft || low > threshold ? low : threshold,
    high: !isLeft || high < threshold ? high : threshold,
    missing: missing && (trees.missingLeft[node] === 1) === isLeft,
  };
  return [...way.filter((own) => own !== known), passage];
}

function packed(way: readonly Passage[], value: number): LeafPath {
  return {
    value,
    features: Int32Array.from(way, ({ feature }) => feature),
    shares: Float64Array.from(way, ({ share }) => share),
    lows: Float64Array.from(way, ({ low }) => low),
    highs: Float64Array.from(way, ({ high }) => high),
    missing: Uint8Array.from(way, ({ missing }) => (missing ? 1 : 0)),
  };
}

/** Tells whether the questions about the k-th feature let a value through. */
export function letsThrough({ lows, highs, missing }: LeafPath, k: number, x: number): boolean {
  return Number.isNaN(x) ? missing[k] === 1 : !(x < lows[k] || x >= highs[k]);
}
