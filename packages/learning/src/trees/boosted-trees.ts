import { ArgumentError, randomSource } from "@portfolio/quant";
import { streamSeed } from "../stream-seed.ts";
import type { Training, TrainingProgress } from "../training.ts";
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
  const history = lossHistory(spec);
  const derivatives: Derivatives = {
    gradients: new Float64Array(forecasts.length),
    curvatures: new Float64Array(forecasts.length),
  };
  const settle = (tree: number) => {
    const trees = builder.view();
    const root = trees.roots[tree];
    addTree(trees, root, set.features, forecasts);
    held?.addTree(trees, root);
    return history.record(objective.loss(forecasts), held?.loss());
  };
  for (let tree = 0; tree < start.roots.length; tree++) {
    settle(tree);
  }
  return {
    progress: history.last,
    advance: () => {
      if (history.last()?.isDone === true) {
        throw new ArgumentError("training is done");
      }
      const tree = history.count();
      objective.derive(forecasts, tree, derivatives);
      const { rows, isUsed } = drawSubset(spec, set, tree);
      grower.grow(derivatives, rows, isUsed, leafValueOf(spec, objective, set, forecasts));
      return settle(tree);
    },
    checkpoint: () => firstTrees(builder.view(), history.count()),
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
    addTree: (trees: TreeEnsemble, root: number) => {
      addTree(trees, root, validation.features, forecasts);
    },
    loss: () => objective.loss(forecasts),
  };
}

/** Keeps what training led to, and says when to stop. */
function lossHistory({ treeCountMax, patience = Number.POSITIVE_INFINITY }: BoostingSpec) {
  let last: TrainingProgress | undefined;
  let bestLoss = Number.POSITIVE_INFINITY;
  return {
    last: () => last,
    count: () => last?.step ?? 0,
    record: (trainingLoss: number, validationLoss: number | undefined): TrainingProgress => {
      const step = (last?.step ?? 0) + 1;
      const deciding = validationLoss ?? -step;
      const bestStep = deciding < bestLoss ? step : (last?.bestStep ?? step);
      bestLoss = Math.min(bestLoss, deciding);
      last = {
        step,
        stepCountMax: treeCountMax,
        trainingLoss,
        ...(validationLoss !== undefined && { validationLoss }),
        bestStep,
        isDone: step >= treeCountMax || step - bestStep >= patience,
      };
      return last;
    },
  };
}

/** Draws what a tree is grown from; the same for the same tree. */
function drawSubset(spec: BoostingSpec, { features }: TrainingSet, tree: number) {
  const draw = randomSource(streamSeed(spec.seed, tree));
  const all = Int32Array.from({ length: features.rows }, (_, i) => i);
  const rows = spec.rowShare === 1 ? all : all.filter(() => draw() < spec.rowShare);
  const isUsed = new Uint8Array(features.cols).fill(1);
  const count = Math.max(1, Math.round(spec.featureShare * features.cols));
  for (let dropped = 0; dropped < features.cols - count; dropped++) {
    let feature = Math.floor(draw() * features.cols);
    while (isUsed[feature] === 0) {
      feature = (feature + 1) % features.cols;
    }
    isUsed[feature] = 0;
  }
  return { rows, isUsed };
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

function requireInteger(value: number, min: number, max: number, what: string): void {
  if (!(Number.isInteger(value) && value >= min && value <= max)) {
    throw new ArgumentError(`${what}: ${value} is not an integer in [${min}, ${max}]`);
  }
}

function requireCheckpoint(checkpoint: TreeEnsemble, { features }: TrainingSet): void {
  if (checkpoint.featureCount !== features.cols) {
    throw new ArgumentError(
      `checkpoint has ${checkpoint.featureCount} features, the data have ${features.cols}`,
    );
  }
}
