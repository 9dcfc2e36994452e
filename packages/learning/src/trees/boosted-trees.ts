import { ArgumentError, randomSource } from "@portfolio/quant";
import { lossHistory } from "../loss-history.ts";
import { requireInteger } from "../require-integer.ts";
import { streamSeed } from "../stream-seed.ts";
import type { Training } from "../training.ts";
import { requireTrainingSet, type TrainingSet } from "../training-set.ts";
import { binFeatures } from "./feature-bins.ts";
import { type LeafValue, treeGrower } from "./grow-tree.ts";
import type { Derivatives } from "./histogram.ts";
import { type BoostingLoss, type Objective, objectiveOf } from "./objective.ts";
import { firstTrees, noTrees, treeBuilder } from "./tree-builder.ts";
import { addTree, type TreeEnsemble } from "./tree-ensemble.ts";
import { weightedQuantile } from "./weighted-quantile.ts";

/** How boosted trees are trained. */
export interface BoostingSpec {
  readonly loss: BoostingLoss;
  /** Trees at most, from 1. */
  readonly treeCountMax: number;
  /** Questions on the way to a leaf, 1 … 16. */
  readonly depthMax: number;
  /** What a tree's leaves are multiplied by, in (0, 1]. */
  readonly learningRate: number;
  /** λ of the penalty ½λv² on a leaf's value before that, at least 0. */
  readonly leafPenalty: number;
  /** Least gain of a split, at least 0. */
  readonly gainMin: number;
  /** Least Σ of curvatures of a node, positive: Σ of weights, but for ranking. */
  readonly coverMin: number;
  /** Share of the observations that each tree is grown from, in (0, 1]. */
  readonly rowShare: number;
  /** Share of the features that each tree may ask for, in (0, 1]. */
  readonly featureShare: number;
  /** Trees without a better validation loss after which training ends. Absent means never. */
  readonly patience?: number;
  readonly seed: number;
}

/** What is held out and where training goes on from. */
export interface BoostingOptions {
  /** Observations that decide how many trees are kept. */
  readonly validation?: TrainingSet;
  /** Trees of a checkpoint of the same training. */
  readonly checkpoint?: TreeEnsemble;
}

/**
 * Starts training gradient-boosted trees; each step grows one tree.
 *
 * Trees are grown level by level from histograms of at most 255 bins, by first and second
 * derivatives of the loss. A leaf is a Newton step, or, for a quantile, that quantile of the
 * residuals in it. Missing features (NaN) go where they do better.
 *
 * @param set - N ≥ 2 observations.
 * @throws {ArgumentError} A parameter or a training set is not valid.
 * @see Chen & Guestrin (2016), "XGBoost: A Scalable Tree Boosting System", eqs. 5 and 7,
 *   doi:10.1145/2939672.2939785; Friedman (2001), "Greedy Function Approximation", section 4.4,
 *   doi:10.1214/aos/1013203451 (quantiles in leaves)
 */
export function startBoosting(
  spec: BoostingSpec,
  set: TrainingSet,
  options: BoostingOptions = {},
): Training<TreeEnsemble> {
  requireSpec(spec);
  requireTrainingSet(set, { allowsMissing: true, rowsMin: 2 });
  const objective = objectiveOf(spec.loss, set, spec.seed);
  const start = options.checkpoint ?? noTrees(set.features.cols, objective.base);
  requireCheckpoint(start, set);
  const builder = treeBuilder(start);
  const grower = treeGrower(binFeatures(set.features), spec, builder);
  const held = options.validation && heldOut(spec, options.validation, set, start.base);
  const forecasts = new Float64Array(set.features.rows).fill(start.base);
  const history = lossHistory({ stepCountMax: spec.treeCountMax, patience: spec.patience });
  const derivatives: Derivatives = {
    gradients: new Float64Array(forecasts.length),
    curvatures: new Float64Array(forecasts.length),
  };
  const settle = (tree: number) => {
    held?.addTree(builder.view(), tree);
    return history.record(objective.loss(forecasts), held?.loss());
  };
  for (let tree = 0; tree < start.roots.length; tree++) {
    addTree(start, tree, set.features, forecasts);
    settle(tree);
  }
  const draw = subsetSource(spec, set);
  return {
    progress: history.last,
    advance: () => {
      if (history.last()?.isDone === true) {
        throw new ArgumentError("training is done");
      }
      const tree = history.last()?.step ?? 0;
      objective.derive(forecasts, tree, derivatives);
      const { rows, others, isUsed } = draw(tree);
      const leafValue = leafValueOf(spec, objective, set, forecasts);
      grower.grow(derivatives, rows, isUsed, (own, sums) => {
        const value = leafValue(own, sums);
        for (let q = 0; q < own.length; q++) {
          forecasts[own[q]] += value;
        }
        return value;
      });
      addTree(builder.view(), tree, set.features, forecasts, others);
      return settle(tree);
    },
    checkpoint: () => firstTrees(builder.view(), history.last()?.step ?? 0),
    model: () => firstTrees(builder.view(), history.last()?.bestStep ?? 0),
  };
}

/** The forecasts of what is held out. */
function heldOut(spec: BoostingSpec, validation: TrainingSet, set: TrainingSet, base: number) {
  requireTrainingSet(validation, { allowsMissing: true, rowsMin: 1 });
  if (validation.features.cols !== set.features.cols) {
    throw new ArgumentError(
      `validation has ${validation.features.cols} features, not ${set.features.cols}`,
    );
  }
  const objective = objectiveOf(spec.loss, validation, spec.seed);
  const forecasts = new Float64Array(validation.features.rows).fill(base);
  return {
    addTree: (trees: TreeEnsemble, tree: number) => {
      addTree(trees, tree, validation.features, forecasts);
    },
    loss: () => objective.loss(forecasts),
  };
}

/** Observations that a tree is grown from and those that it is not, and the features it may ask for. */
interface Subset {
  readonly rows: Int32Array;
  readonly others: Int32Array;
  readonly isUsed: Uint8Array;
}

/** Draws what each tree is grown from; the same for the same tree. */
function subsetSource(spec: BoostingSpec, { features }: TrainingSet): (tree: number) => Subset {
  const all = Int32Array.from({ length: features.rows }, (_, i) => i);
  const none = new Int32Array(0);
  return (tree) => {
    const draw = randomSource(streamSeed(spec.seed, tree));
    const isIn = spec.rowShare === 1 ? undefined : all.map(() => Number(draw() < spec.rowShare));
    return {
      rows: isIn === undefined ? all : all.filter((i) => isIn[i] === 1),
      others: isIn === undefined ? none : all.filter((i) => isIn[i] === 0),
      isUsed: drawFeatures(features.cols, spec.featureShare, draw),
    };
  };
}

function drawFeatures(featureCount: number, share: number, draw: () => number): Uint8Array {
  const isUsed = new Uint8Array(featureCount).fill(1);
  const count = Math.max(1, Math.round(share * featureCount));
  for (let dropped = 0; dropped < featureCount - count; dropped++) {
    let feature = Math.floor(draw() * featureCount);
    while (isUsed[feature] === 0) {
      feature = (feature + 1) % featureCount;
    }
    isUsed[feature] = 0;
  }
  return isUsed;
}

function leafValueOf(
  { learningRate, leafPenalty }: BoostingSpec,
  { leafLevel }: Objective,
  { targets, weights }: TrainingSet,
  forecasts: Float64Array,
): LeafValue {
  if (leafLevel === undefined) {
    return (_, { gradient, cover }) =>
      cover + leafPenalty > 0 ? (-learningRate * gradient) / (cover + leafPenalty) : 0;
  }
  return (own) => {
    if (own.length === 0) {
      return 0;
    }
    const residuals = Float64Array.from(own, (i) => targets[i] - forecasts[i]);
    const shares = Float64Array.from(own, (i) => weights?.[i] ?? 1);
    return learningRate * weightedQuantile(residuals, shares, leafLevel);
  };
}

function requireSpec(spec: BoostingSpec): void {
  requireInteger(spec.treeCountMax, 1, 100_000, "trees at most");
  requireInteger(spec.depthMax, 1, 16, "depth");
  requireInteger(spec.patience ?? 1, 1, Number.MAX_SAFE_INTEGER, "patience");
  requireInteger(spec.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, "seed");
  for (const name of ["learningRate", "rowShare", "featureShare"] as const) {
    if (!(spec[name] > 0 && spec[name] <= 1)) {
      throw new ArgumentError(`${name} is ${spec[name]}, not in (0, 1]`);
    }
  }
  for (const name of ["leafPenalty", "gainMin"] as const) {
    if (!(spec[name] >= 0 && Number.isFinite(spec[name]))) {
      throw new ArgumentError(`${name} is ${spec[name]}, not a number of at least 0`);
    }
  }
  if (!(spec.coverMin > 0 && Number.isFinite(spec.coverMin))) {
    throw new ArgumentError(`coverMin is ${spec.coverMin}, not a positive number`);
  }
}

function requireCheckpoint(checkpoint: TreeEnsemble, { features }: TrainingSet): void {
  if (checkpoint.featureCount !== features.cols) {
    throw new ArgumentError(
      `checkpoint has ${checkpoint.featureCount} features, the data have ${features.cols}`,
    );
  }
}
