import type { Matrix } from "@portfolio/quant";
import { gaussLegendre, type Quadrature } from "../gauss-legendre.ts";
import { requireFeatures } from "../training-set.ts";
import { type LeafPath, leafPaths, letsThrough } from "./leaf-paths.ts";
import { leftShare, type TreeEnsemble } from "./tree-ensemble.ts";

/** What each feature adds to each forecast. */
export interface Attribution {
  /** The expected forecast φ₀ that the contributions are added to. */
  readonly expectation: number;
  /** φᵢⱼ, shape (N, F): with φ₀ each row sums to the forecast. */
  readonly contributions: Matrix;
}

/**
 * Computes path-dependent TreeSHAP: Shapley values of the expectation given some features that
 * the trees themselves state, by the covers of the branches.
 *
 * Exact for that game. It is not the interventional game: under correlation a feature that no tree
 * depends on gets 0, but splits share credit by how often branches were taken.
 *
 * A leaf is a product over the D features on its way: Πₖ (q·oₖ + (1 − q)·zₖ) when each feature is
 * known with probability q, of oₖ = 1 where the observation is let through and zₖ the share of those
 * that are. The Shapley value of a feature is the integral of the derivative by its own q, a
 * polynomial of degree D − 1, which ⌈D/2⌉ points give exactly. It depends only on which features
 * are let through, so that it is computed once for each of 2^D cases.
 *
 * @returns Contributions in the unit of the forecast.
 * @throws {ArgumentError} The features are not those of the model in number.
 * @see Lundberg, Erion & Lee (2018), "Consistent Individualized Feature Attribution for Tree
 *   Ensembles", section 3, arXiv:1802.03888 (the game); Owen (1972), "Multilinear Extensions of
 *   Games", eq. 13, doi:10.1287/mnsc.18.5.64 (the integral); Yang (2021), "Fast TreeSHAP",
 *   section 3.2, arXiv:2109.09847 (the cases)
 */
export function pathDependentShap(trees: TreeEnsemble, features: Matrix): Attribution {
  requireFeatures(features, trees.featureCount);
  const { rows, cols, values } = features;
  const contributions = new Float64Array(rows * cols);
  const quadratures = new Map<number, Quadrature>();
  let expectation = trees.base;
  for (const root of trees.roots) {
    const leaves = leafPaths(trees, root).map((path) => leafCredits(path, quadratures));
    for (let i = 0; i < rows; i++) {
      for (const addCredits of leaves) {
        addCredits(values, contributions, i * cols);
      }
    }
    expectation += expectationOf(trees, root);
  }
  return { expectation, contributions: { rows, cols, values: contributions } };
}

/** Mean of the leaves below a node, by their covers; covers of 0 count alike. */
function expectationOf(trees: TreeEnsemble, node: number): number {
  if (trees.features[node] < 0) {
    return trees.values[node];
  }
  const [left, right] = [trees.lefts[node], trees.rights[node]];
  const share = leftShare(trees, node);
  return share * expectationOf(trees, left) + (1 - share) * expectationOf(trees, right);
}

/** Finds the number of questions on the longest way to a leaf. */
export function depthOf(trees: TreeEnsemble): number {
  const depths = new Int32Array(trees.features.length);
  let deepest = 0;
  // A child always comes after its parent.
  for (let node = 0; node < depths.length; node++) {
    if (trees.features[node] >= 0) {
      depths[trees.lefts[node]] = depths[node] + 1;
      depths[trees.rights[node]] = depths[node] + 1;
      deepest = Math.max(deepest, depths[node] + 1);
    }
  }
  return deepest;
}

/** Adds what a leaf credits the features of the observation whose row starts somewhere. */
type AddCredits = (values: Float64Array, out: Float64Array, row: number) => void;

// The credits of all cases of more features would take more time and memory than they save.
const KEPT_FEATURES_MAX = 8;

function leafCredits(path: LeafPath, quadratures: Map<number, Quadrature>): AddCredits {
  const { features } = path;
  const count = features.length;
  const quadrature = quadratures.get(count) ?? gaussLegendre(Math.max(1, Math.ceil(count / 2)));
  quadratures.set(count, quadrature);
  const keptCount = count <= KEPT_FEATURES_MAX ? 2 ** count : 0;
  const credits = new Float64Array(Math.max(1, keptCount) * count);
  const isKnown = new Uint8Array(keptCount);
  const ones = new Uint8Array(count);
  return (values, out, row) => {
    const own = caseOf(path, values, row, ones);
    const start = own < keptCount ? own * count : 0;
    if (isKnown[own] !== 1) {
      computeCredits(path, ones, quadrature, credits, start);
      // What lies beyond the end is dropped.
      isKnown[own] = 1;
    }
    for (let k = 0; k < count; k++) {
      out[row + features[k]] += credits[start + k];
    }
  };
}

/** Finds which features are let through, and numbers the cases. */
function caseOf(path: LeafPath, values: Float64Array, row: number, ones: Uint8Array): number {
  let own = 0;
  for (let k = 0; k < ones.length; k++) {
    ones[k] = letsThrough(path, k, values[row + path.features[k]]) ? 1 : 0;
    own = 2 * own + ones[k];
  }
  return own;
}

/** Integrates the derivative of a leaf by each feature. */
function computeCredits(
  { value, shares }: LeafPath,
  ones: Uint8Array,
  { points, weights }: Quadrature,
  out: Float64Array,
  start: number,
): void {
  const count = shares.length;
  out.fill(0, start, start + count);
  for (let p = 0; p < points.length; p++) {
    const q = points[p];
    // Of the features before, then of those after.
    let product = weights[p] * value;
    const before = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      before[k] = product;
      product *= q * ones[k] + (1 - q) * shares[k];
    }
    let after = 1;
    for (let k = count - 1; k >= 0; k--) {
      out[start + k] += before[k] * after * (ones[k] - shares[k]);
      after *= q * ones[k] + (1 - q) * shares[k];
    }
  }
}
