import type { Matrix } from "@portfolio/quant";
import { requireFeatures } from "../training-set.ts";
import { childOf, type TreeEnsemble } from "./tree-ensemble.ts";

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
 * Exact for that game in polynomial time. It is not the interventional game: under correlation a
 * feature that no tree depends on gets 0, but splits share credit by how often branches were taken.
 *
 * @returns Contributions in the unit of the forecast.
 * @throws {ArgumentError} The features are not those of the model in number.
 * @see Lundberg, Erion & Lee (2018), "Consistent Individualized Feature Attribution for Tree
 *   Ensembles", algorithm 2, arXiv:1802.03888
 */
export function pathDependentShap(trees: TreeEnsemble, features: Matrix): Attribution {
  requireFeatures(features, trees.featureCount);
  const { rows, cols, values } = features;
  const contributions = new Float64Array(rows * cols);
  const path = new FeaturePath(depthOf(trees) + 2);
  for (let i = 0; i < rows; i++) {
    const x = values.subarray(i * cols, (i + 1) * cols);
    const out = contributions.subarray(i * cols, (i + 1) * cols);
    for (const root of trees.roots) {
      descend({ trees, x, out, path }, root, 0, { zero: 1, one: 1, feature: -1 });
    }
  }
  let expectation = trees.base;
  for (const root of trees.roots) {
    expectation += expectationOf(trees, root);
  }
  return { expectation, contributions: { rows, cols, values: contributions } };
}

/** Mean of the leaves below a node, by their covers; covers of 0 count alike. */
export function expectationOf(trees: TreeEnsemble, node: number): number {
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

function leftShare(trees: TreeEnsemble, node: number): number {
  const [left, right] = [trees.covers[trees.lefts[node]], trees.covers[trees.rights[node]]];
  return left + right > 0 ? left / (left + right) : 0.5;
}

/** A feature on the way, and the shares of the ways without and with it that lead here. */
interface Step {
  readonly zero: number;
  readonly one: number;
  readonly feature: number;
}

interface Descent {
  readonly trees: TreeEnsemble;
  readonly x: Float64Array;
  readonly out: Float64Array;
  readonly path: FeaturePath;
}

/** The features asked for on the way to a node; `weights` sum over subsets of each size. */
class FeaturePath {
  readonly features: Int32Array;
  readonly zeros: Float64Array;
  readonly ones: Float64Array;
  readonly weights: Float64Array;
  readonly #stride: number;

  /** @param depth - Steps at most; each level of the recursion has a copy of its own. */
  constructor(depth: number) {
    this.#stride = depth + 1;
    const length = this.#stride * this.#stride;
    this.features = new Int32Array(length);
    this.zeros = new Float64Array(length);
    this.ones = new Float64Array(length);
    this.weights = new Float64Array(length);
  }

  /** Where the copy of a level starts. */
  start(level: number): number {
    return level * this.#stride;
  }

  /** Copies the first steps of a level to the next. */
  copy(level: number, length: number): void {
    const from = this.start(level);
    const to = this.start(level + 1);
    this.features.copyWithin(to, from, from + length);
    this.zeros.copyWithin(to, from, from + length);
    this.ones.copyWithin(to, from, from + length);
    this.weights.copyWithin(to, from, from + length);
  }

  /** Adds a step at the end of a path of `length` steps. */
  extend(start: number, length: number, { zero, one, feature }: Step): void {
    const { weights } = this;
    this.features[start + length] = feature;
    this.zeros[start + length] = zero;
    this.ones[start + length] = one;
    weights[start + length] = length === 0 ? 1 : 0;
    for (let k = length - 1; k >= 0; k--) {
      weights[start + k + 1] += (one * weights[start + k] * (k + 1)) / (length + 1);
      weights[start + k] = (zero * weights[start + k] * (length - k)) / (length + 1);
    }
  }

  /** Takes a step out of a path of `last + 1` steps. */
  unwind(start: number, last: number, at: number): void {
    const { weights } = this;
    const one = this.ones[start + at];
    const zero = this.zeros[start + at];
    let next = weights[start + last];
    for (let k = last - 1; k >= 0; k--) {
      if (one !== 0) {
        const kept = weights[start + k];
        weights[start + k] = (next * (last + 1)) / ((k + 1) * one);
        next = kept - (weights[start + k] * zero * (last - k)) / (last + 1);
      } else {
        weights[start + k] = (weights[start + k] * (last + 1)) / (zero * (last - k));
      }
    }
    for (let k = at; k < last; k++) {
      this.features[start + k] = this.features[start + k + 1];
      this.zeros[start + k] = this.zeros[start + k + 1];
      this.ones[start + k] = this.ones[start + k + 1];
    }
  }

  /** Sums the weights that would be left without a step. */
  unwoundSum(start: number, last: number, at: number): number {
    const { weights } = this;
    const one = this.ones[start + at];
    const zero = this.zeros[start + at];
    let next = weights[start + last];
    let total = 0;
    for (let k = last - 1; k >= 0; k--) {
      if (one !== 0) {
        const weight = next / ((k + 1) * one);
        total += weight;
        next = weights[start + k] - weight * zero * (last - k);
      } else if (zero !== 0) {
        total += weights[start + k] / (zero * (last - k));
      }
    }
    return total * (last + 1);
  }
}

/** Follows all branches below a node, and credits the features at the leaves. */
function descend(descent: Descent, node: number, level: number, step: Step, length = 0): void {
  const { trees, x, path } = descent;
  const start = path.start(level);
  path.extend(start, length, step);
  const feature = trees.features[node];
  if (feature < 0) {
    creditLeaf(descent, node, start, length);
    return;
  }
  let [zero, one, last] = [1, 1, length];
  for (let k = 1; k <= length; k++) {
    if (path.features[start + k] === feature) {
      zero = path.zeros[start + k];
      one = path.ones[start + k];
      path.unwind(start, length, k);
      last = length - 1;
      break;
    }
  }
  const share = leftShare(trees, node);
  const taken = childOf(trees, node, x[feature]);
  for (const [child, part] of [
    [trees.lefts[node], share],
    [trees.rights[node], 1 - share],
  ]) {
    const next = { zero: zero * part, one: child === taken ? one : 0, feature };
    // A branch that nobody took, not even x, says nothing.
    if (next.zero > 0 || next.one > 0) {
      path.copy(level, last + 1);
      descend(descent, child, level + 1, next, last + 1);
    }
  }
}

function creditLeaf({ trees, out, path }: Descent, leaf: number, start: number, last: number) {
  for (let k = 1; k <= last; k++) {
    const difference = path.ones[start + k] - path.zeros[start + k];
    const weight = path.unwoundSum(start, last, k);
    out[path.features[start + k]] += weight * difference * trees.values[leaf];
  }
}
