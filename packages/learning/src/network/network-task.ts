import { ArgumentError, type Matrix, randomSource } from "@portfolio/quant";
import { lossHistory } from "../loss-history.ts";
import { streamSeed } from "../stream-seed.ts";
import type { Training, TrainingProgress } from "../training.ts";
import type { TrainingSet } from "../training-set.ts";
import type { OptimizerState } from "./adam-optimizer.ts";
import { type NetworkShape, parameterLayout } from "./build-network.ts";
import type { NetworkModel } from "./network-model.ts";
import { type NetworkSpec, requireNetworkSpec } from "./network-spec.ts";
import { initializeParameters, type ParameterLayout } from "./parameter-plan.ts";
import { type Scaling, scalingOf } from "./scaling.ts";

/** Everything needed to go on with the training of a network. */
export interface NetworkCheckpoint extends OptimizerState {
  readonly parameters: Float32Array;
  /** Parameters after the best epoch. */
  readonly best: Float32Array;
  readonly progress: TrainingProgress;
}

/** Observations as a network sees them. */
export interface ScaledSet {
  readonly features: Matrix;
  /** In standard deviations of the training set. */
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

/** What an epoch led to. */
export interface EpochResult {
  readonly trainingLoss: number;
  /** Absent when nothing is held out. */
  readonly validationLoss: number | undefined;
}

/**
 * The training of a network but for its arithmetic, which is up to a backend: the first parameters,
 * the batches of each epoch, and what is kept of the results.
 *
 * Parameters lie in one row of numbers, laid out and filled up as `layout` says.
 */
export interface NetworkTask extends Omit<Training<NetworkModel, NetworkCheckpoint>, "advance"> {
  readonly shape: NetworkShape;
  readonly scaling: Scaling;
  readonly layout: ParameterLayout;
  readonly training: ScaledSet;
  readonly validation: ScaledSet | undefined;
  /** What training starts with or goes on from. */
  readonly start: OptimizerState & { readonly parameters: Float32Array };
  /**
   * Shuffles the observations for the next epoch.
   *
   * @returns The rows of each batch.
   * @throws {ArgumentError} The training is done.
   */
  readonly nextBatches: () => Int32Array[];
  /** Keeps what an epoch led to; `state` is asked for when it is needed. */
  readonly settle: (
    result: EpochResult,
    state: () => OptimizerState & { readonly parameters: Float32Array },
  ) => TrainingProgress;
}

/**
 * Plans the training of a network.
 *
 * @throws {ArgumentError} The specification, a training set or the checkpoint is not valid.
 */
export function networkTask(
  spec: NetworkSpec,
  set: TrainingSet,
  { validation, checkpoint }: { validation?: TrainingSet; checkpoint?: NetworkCheckpoint },
): NetworkTask {
  requireNetworkSpec(spec, set, validation);
  const featureCount = set.features.cols / spec.stepCount;
  const scaling = scalingOf(set, featureCount);
  const shape = { body: spec.body, featureCount, stepCount: spec.stepCount };
  const layout = parameterLayout(shape);
  const start = startOf(spec, layout, checkpoint);
  const best = checkpoint?.best.slice() ?? new Float32Array(layout.length);
  const rule = { stepCountMax: spec.epochCountMax, patience: spec.patience };
  const history = lossHistory(rule, checkpoint?.progress);
  let current = () => start;
  return {
    shape,
    scaling,
    layout,
    start,
    training: scaledSet(set, scaling),
    validation: validation && scaledSet(validation, scaling),
    progress: history.last,
    nextBatches: () => {
      if (history.last()?.isDone === true) {
        throw new ArgumentError("training is done");
      }
      const order = shuffled(set.targets.length, streamSeed(spec.seed, history.last()?.step ?? 0));
      return Array.from({ length: Math.ceil(order.length / spec.batchSize) }, (_, k) =>
        order.subarray(k * spec.batchSize, (k + 1) * spec.batchSize),
      );
    },
    settle: ({ trainingLoss, validationLoss }, state) => {
      const progress = history.record(trainingLoss, validationLoss);
      current = state;
      if (progress.bestStep === progress.step) {
        best.set(state().parameters);
      }
      return progress;
    },
    checkpoint: () => {
      const progress = history.last();
      if (progress === undefined) {
        throw new ArgumentError("there is nothing to go on from before the first epoch");
      }
      return { ...current(), best: best.slice(), progress };
    },
    model: () => ({ ...shape, scaling, parameters: layout.named(best) }),
  };
}

function startOf(
  { seed }: NetworkSpec,
  layout: ParameterLayout,
  checkpoint: NetworkCheckpoint | undefined,
): NetworkTask["start"] {
  if (checkpoint === undefined) {
    const parameters = new Float32Array(layout.length);
    initializeParameters(layout.blocks, randomSource(streamSeed(seed, -1)), parameters);
    const zeros = () => new Float32Array(layout.length);
    return { parameters, means: zeros(), squares: zeros(), stepCount: 0 };
  }
  const { parameters, means, squares, stepCount } = checkpoint;
  for (const { length } of [parameters, means, squares, checkpoint.best]) {
    if (length !== layout.length) {
      throw new ArgumentError(`checkpoint has ${length} parameters, not ${layout.length}`);
    }
  }
  return { parameters, means, squares, stepCount };
}

function scaledSet({ features, targets, weights }: TrainingSet, scaling: Scaling): ScaledSet {
  const { targetMean, targetScale } = scaling;
  return {
    features,
    targets: targets.map((y) => (y - targetMean) / targetScale),
    weights: weights ?? new Float64Array(targets.length).fill(1),
  };
}

/** Shuffles 0 … count − 1 (Fisher & Yates). */
function shuffled(count: number, seed: number): Int32Array {
  const draw = randomSource(seed);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  return order;
}
