import { ArgumentError, type Matrix } from "@portfolio/quant";
import { requireFeatures } from "../training-set.ts";
import { childOf, predictTrees, type TreeEnsemble } from "./tree-ensemble.ts";
import { type Attribution, depthOf } from "./tree-shap.ts";

/**
 * Computes interventional TreeSHAP: Shapley values of the mean forecast when some features are those
 * of the observation and the others those of a background observation.
 *
 * What is explained does not depend on how the trees came about, only on what they forecast. The
 * cost is that of N·B descents of each tree.
 *
 * @param background - Observations to compare with, shape (B, F), B ≥ 1; a hundred usually do.
 * @returns Contributions in the unit of the forecast; φ₀ is the mean forecast of the background.
 * @throws {ArgumentError} The features are not those of the model in number, or there is no
 *   background.
 * @see Lundberg et al. (2020), "From local explanations to global understanding with explainable AI
 *   for trees", algorithm 3, doi:10.1038/s42256-019-0138-9
 */
export function interventionalShap(
  trees: TreeEnsemble,
  features: Matrix,
  background: Matrix,
): Attribution {
  requireFeatures(features, trees.featureCount);
  requireFeatures(background, trees.featureCount);
  if (background.rows === 0) {
    throw new ArgumentError("there is no background observation");
  }
  const { rows, cols, values } = features;
  const contributions = new Float64Array(rows * cols);
  const shares = shapleyShares(Math.min(depthOf(trees), cols) + 1);
  const side = new Int8Array(cols);
  for (let i = 0; i < rows; i++) {
    const x = values.subarray(i * cols, (i + 1) * cols);
    const out = contributions.subarray(i * cols, (i + 1) * cols);
    for (let b = 0; b < background.rows; b++) {
      const z = background.values.subarray(b * cols, (b + 1) * cols);
      const walk: Walk = { trees, x, z, out, side, shares, path: [] };
      for (const root of trees.roots) {
        visit(walk, root, 0);
      }
    }
    for (let j = 0; j < cols; j++) {
      out[j] /= background.rows;
    }
  }
  const forecasts = predictTrees(trees, background);
  const expectation = forecasts.reduce((sum, value) => sum + value / forecasts.length, 0);
  return { expectation, contributions: { rows, cols, values: contributions } };
}

// Whose value decides a feature on the way: neither's yet, the observation's, the background's.
const UNDECIDED = 0;
const OBSERVED = 1;
const BACKGROUND = 2;

interface Walk {
  readonly trees: TreeEnsemble;
  readonly x: Float64Array;
  readonly z: Float64Array;
  readonly out: Float64Array;
  readonly side: Int8Array;
  /** Shapley's weight of a leaf that needs p features of x and q of z, at [p][q]. */
  readonly shares: readonly Float64Array[];
  /** Features on which x and z part, on the way to here. */
  readonly path: number[];
}

/** p! q! / (p + q + 1)! for p, q < size. */
function shapleyShares(size: number): Float64Array[] {
  return Array.from({ length: size }, (_, p) => {
    const row = new Float64Array(size);
    row[0] = 1 / (p + 1);
    for (let q = 1; q < size; q++) {
      row[q] = (row[q - 1] * q) / (p + q + 1);
    }
    return row;
  });
}

/** @param observed - Features of the path that are x's. */
function visit(walk: Walk, node: number, observed: number): void {
  const { trees, x, z, side, path } = walk;
  const feature = trees.features[node];
  if (feature < 0) {
    creditLeaf(walk, trees.values[node], observed);
    return;
  }
  const ofX = childOf(trees, node, x[feature]);
  const ofZ = childOf(trees, node, z[feature]);
  if (ofX === ofZ || side[feature] !== UNDECIDED) {
    visit(walk, side[feature] === BACKGROUND ? ofZ : ofX, observed);
    return;
  }
  path.push(feature);
  side[feature] = OBSERVED;
  visit(walk, ofX, observed + 1);
  side[feature] = BACKGROUND;
  visit(walk, ofZ, observed);
  side[feature] = UNDECIDED;
  path.pop();
}

function creditLeaf({ out, side, shares, path }: Walk, value: number, observed: number): void {
  const other = path.length - observed;
  for (const feature of path) {
    if (side[feature] === OBSERVED) {
      out[feature] += value * shares[observed - 1][other];
    } else {
      out[feature] -= value * shares[observed][other - 1];
    }
  }
}
