import { ArgumentError } from "@portfolio/quant";
import { type ElasticNetPenalty, elasticNetPath } from "../linear/elastic-net.ts";
import { logisticRegression } from "../linear/logistic.ts";
import { ridgePath } from "../linear/ridge.ts";
import { lossHistory } from "../loss-history.ts";
import type { NetworkSpec } from "../network/network-spec.ts";
import { pointLoss } from "../point-loss.ts";
import type { Training } from "../training.ts";
import type { TrainingSet } from "../training-set.ts";
import { type BoostingSpec, startBoosting } from "../trees/boosted-trees.ts";
import { decodeModel, encodeModel, type LearnedModel, predictModel } from "./learned-model.ts";
import { startNetworks } from "./start-networks.ts";

/** What is trained, and how. It can be written as JSON. */
export type LearnerSpec =
  | { readonly kind: "ridge"; readonly penalty: number }
  | ({ readonly kind: "elastic-net" } & ElasticNetPenalty)
  | { readonly kind: "logistic"; readonly penalty: number }
  | ({ readonly kind: "boosted-trees" } & BoostingSpec)
  /** Networks that differ in their seeds, trained one after the other. */
  | ({ readonly kind: "networks"; readonly memberCount: number } & NetworkSpec);

/** What is held out and where training goes on from. */
export interface TrainingOptions {
  readonly validation?: TrainingSet;
  /** What `checkpoint` of the same training gave. */
  readonly checkpoint?: Uint8Array;
}

/**
 * Starts training a model of any kind.
 *
 * A step is an epoch of a network, a tree, or all of a linear model. Between steps the caller may
 * report progress, keep a checkpoint, or stop.
 *
 * @throws {ArgumentError} The specification, a training set or the checkpoint is not valid.
 */
export function startTraining(
  spec: LearnerSpec,
  set: TrainingSet,
  options: TrainingOptions = {},
): Training<LearnedModel, Uint8Array> {
  switch (spec.kind) {
    case "boosted-trees":
      return startTrees(spec, set, options);
    case "networks":
      return startNetworks(spec, set, options);
    default:
      return startAtOnce(set, options, () => fitLinear(spec, set));
  }
}

function startTrees(
  spec: BoostingSpec,
  set: TrainingSet,
  { validation, checkpoint }: TrainingOptions,
): Training<LearnedModel, Uint8Array> {
  const before = checkpoint && decodeModel(checkpoint);
  if (before !== undefined && before.kind !== "trees") {
    throw new ArgumentError(`the checkpoint is of ${before.kind}, not of trees`);
  }
  const training = startBoosting(spec, set, {
    ...(validation !== undefined && { validation }),
    ...(before !== undefined && { checkpoint: before.model }),
  });
  return {
    progress: training.progress,
    advance: training.advance,
    checkpoint: () => encodeModel({ kind: "trees", model: training.checkpoint() }),
    model: () => ({ kind: "trees", model: training.model() }),
  };
}

type LinearSpec = Extract<LearnerSpec, { kind: "ridge" | "elastic-net" | "logistic" }>;

function fitLinear(spec: LinearSpec, set: TrainingSet): LearnedModel {
  switch (spec.kind) {
    case "ridge":
      return { kind: "linear", model: ridgePath(set, [spec.penalty])[0] };
    case "elastic-net":
      return { kind: "linear", model: elasticNetPath(set, [spec])[0] };
    case "logistic":
      return { kind: "logistic", model: logisticRegression(set, spec.penalty) };
  }
}

/** Training of one step, of which a checkpoint is the model. */
function startAtOnce(
  set: TrainingSet,
  { validation, checkpoint }: TrainingOptions,
  learn: () => LearnedModel,
): Training<LearnedModel, Uint8Array> {
  const history = lossHistory({ stepCountMax: 1 });
  let fitted: LearnedModel | undefined;
  const settle = (model: LearnedModel) => {
    fitted = model;
    return history.record(meanSquare(model, set), validation && meanSquare(model, validation));
  };
  const modelOf = () => {
    if (fitted === undefined) {
      throw new ArgumentError("there is no model before the first step");
    }
    return fitted;
  };
  if (checkpoint !== undefined) {
    settle(decodeModel(checkpoint));
  }
  return {
    progress: history.last,
    advance: () => {
      if (fitted !== undefined) {
        throw new ArgumentError("training is done");
      }
      return settle(learn());
    },
    checkpoint: () => encodeModel(modelOf()),
    model: modelOf,
  };
}

function meanSquare(model: LearnedModel, { features, targets, weights }: TrainingSet): number {
  const { value } = pointLoss({ kind: "squared" });
  const forecasts = predictModel(model, features);
  let sum = 0;
  let weightSum = 0;
  for (let i = 0; i < targets.length; i++) {
    sum += (weights?.[i] ?? 1) * value(targets[i] - forecasts[i]);
    weightSum += weights?.[i] ?? 1;
  }
  return sum / weightSum;
}
