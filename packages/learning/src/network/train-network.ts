import { ArgumentError, randomSource } from "@portfolio/quant";
import { lossHistory } from "../loss-history.ts";
import { type PointLoss, type PointLossKind, pointLoss } from "../point-loss.ts";
import { requireInteger } from "../require-integer.ts";
import { streamSeed } from "../stream-seed.ts";
import type { Training, TrainingProgress } from "../training.ts";
import { requireTrainingSet, type TrainingSet } from "../training-set.ts";
import { adamOptimizer, type OptimizerState } from "./adam-optimizer.ts";
import { buildNetwork, type Network } from "./build-network.ts";
import type { NetworkBody } from "./network-body.ts";
import { forecastAll, type NetworkModel, namedParameters } from "./network-model.ts";
import { initializeParameters } from "./parameter-plan.ts";
import { type Scaling, scalingOf, writeScaled } from "./scaling.ts";

/** How a network is trained. */
export interface NetworkSpec {
  readonly body: NetworkBody;
  /** Steps of an observation, the oldest first in its row of features; 1 for a perceptron. */
  readonly stepCount: number;
  /** The loss of targets in standard deviations. */
  readonly loss: PointLossKind;
  readonly epochCountMax: number;
  readonly batchSize: number;
  /** Step size of Adam, such as 0.001. */
  readonly learningRate: number;
  /** Share of the learning rate by which parameters shrink at each step, at least 0. */
  readonly weightDecay: number;
  /** Norm that gradients are cut down to. Absent means that they are not. */
  readonly gradientNormMax?: number;
  /** Epochs without a better validation loss after which training ends. Absent means never. */
  readonly patience?: number;
  readonly seed: number;
}

/** Everything needed to go on with the training of a network. */
export interface NetworkCheckpoint extends OptimizerState {
  readonly parameters: Float32Array;
  /** Parameters after the best epoch. */
  readonly best: Float32Array;
  readonly progress: TrainingProgress;
}

/** What is held out and where training goes on from. */
export interface NetworkTrainingOptions {
  /** Observations that decide after which epoch the parameters are kept. */
  readonly validation?: TrainingSet;
  readonly checkpoint?: NetworkCheckpoint;
  /** Kernels to compute with; results do not depend on it. */
  readonly kernels?: "wasm" | "twin";
}

/**
 * Starts training a network; each step is an epoch over shuffled batches.
 *
 * Features and targets are measured in standard deviations of the training set, a missing feature
 * (NaN) is its mean. Arithmetic is in single precision, in an order that depends on nothing but the
 * specification: the same data and seed give the same bits on every machine.
 *
 * @param set - N ≥ 2 observations.
 * @throws {ArgumentError} The specification or a training set is not valid, or they need more than
 *   2 GiB.
 * @see Kingma & Ba (2015), "Adam", algorithm 1, arXiv:1412.6980; Loshchilov & Hutter (2019),
 *   "Decoupled Weight Decay Regularization", algorithm 2, arXiv:1711.05101
 */
export function startNetworkTraining(
  spec: NetworkSpec,
  set: TrainingSet,
  options: NetworkTrainingOptions = {},
): Training<NetworkModel, NetworkCheckpoint> {
  const { validation, checkpoint } = options;
  requireSpec(spec, set);
  if (validation !== undefined) {
    requireValidation(validation, set);
  }
  const featureCount = set.features.cols / spec.stepCount;
  const scaling = scalingOf(set, featureCount);
  const shape = { body: spec.body, featureCount, stepCount: spec.stepCount };
  const counts = [set.features.rows, validation?.features.rows ?? 0];
  const network = buildNetwork(shape, spec.batchSize, counts, 2, options.kernels);
  const run = newRun(spec, network, scaling, set);
  const held = validation && holdOut(run, validation, counts[0]);
  const optimizer = adamOptimizer(network, spec, checkpoint);
  const best = checkpoint?.best.slice() ?? new Float32Array(network.parameters.length);
  const history = lossHistory(
    { stepCountMax: spec.epochCountMax, patience: spec.patience },
    checkpoint?.progress,
  );
  if (checkpoint === undefined) {
    initializeParameters(
      network.blocks,
      randomSource(streamSeed(spec.seed, -1)),
      network.parameters,
    );
  } else {
    requireLength(checkpoint.parameters, network.parameters.length);
    network.parameters.set(checkpoint.parameters);
  }
  return {
    progress: history.last,
    advance: () => {
      if (history.last()?.isDone === true) {
        throw new ArgumentError("training is done");
      }
      const trainingLoss = runEpoch(run, history.last()?.step ?? 0, optimizer.step);
      const progress = history.record(trainingLoss, held?.());
      if (progress.bestStep === progress.step) {
        best.set(network.parameters);
      }
      return progress;
    },
    checkpoint: () => {
      const progress = history.last();
      if (progress === undefined) {
        throw new ArgumentError("there is nothing to go on from before the first epoch");
      }
      return {
        ...optimizer.state(),
        parameters: network.parameters.slice(),
        best: best.slice(),
        progress,
      };
    },
    model: () => ({ ...shape, scaling, parameters: namedParameters(network, best) }),
  };
}

interface TrainingRun {
  readonly spec: NetworkSpec;
  readonly network: Network;
  readonly scaling: Scaling;
  readonly loss: PointLoss;
  /** Targets in standard deviations. */
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

function newRun(
  spec: NetworkSpec,
  network: Network,
  scaling: Scaling,
  { features, targets, weights }: TrainingSet,
): TrainingRun {
  writeScaled(features, scaling, network.store, 0, network.inputWidth);
  return {
    spec,
    network,
    scaling,
    loss: pointLoss(spec.loss),
    targets: scaledTargets(targets, scaling),
    weights: weights ?? new Float64Array(targets.length).fill(1),
  };
}

function scaledTargets(targets: Float64Array, { targetMean, targetScale }: Scaling): Float64Array {
  return targets.map((y) => (y - targetMean) / targetScale);
}

/** @returns The mean loss of the epoch, each batch before its step. */
function runEpoch(run: TrainingRun, epoch: number, takeStep: () => void): number {
  const { spec, network, loss, targets, weights } = run;
  const count = targets.length;
  const order = shuffled(count, streamSeed(spec.seed, epoch));
  let total = 0;
  let weightTotal = 0;
  for (let start = 0; start < count; start += spec.batchSize) {
    const rows = order.subarray(start, Math.min(start + spec.batchSize, count));
    const forecasts = network.forecast(rows, 0, count);
    const weightSum = rows.reduce((sum, i) => sum + weights[i], 0);
    const slopes = new Float64Array(rows.length);
    for (let k = 0; k < rows.length; k++) {
      const residual = targets[rows[k]] - forecasts[8 * k];
      total += weights[rows[k]] * loss.value(residual);
      slopes[k] = weightSum > 0 ? (weights[rows[k]] / weightSum) * loss.slope(residual) : 0;
    }
    weightTotal += weightSum;
    network.backward(slopes, false);
    takeStep();
  }
  return total / weightTotal;
}

/** Puts what is held out into the store. @returns Computes the mean loss on it. */
function holdOut(
  { network, scaling, loss }: TrainingRun,
  { features, targets, weights }: TrainingSet,
  first: number,
): () => number {
  const start = first * (features.cols / scaling.featureMeans.length) * network.inputWidth;
  writeScaled(features, scaling, network.store, start, network.inputWidth);
  const scaled = scaledTargets(targets, scaling);
  const forecasts = new Float64Array(scaled.length);
  return () => {
    forecastAll(network, first, scaled.length, forecasts);
    let sum = 0;
    let weightSum = 0;
    for (let i = 0; i < scaled.length; i++) {
      sum += (weights?.[i] ?? 1) * loss.value(scaled[i] - forecasts[i]);
      weightSum += weights?.[i] ?? 1;
    }
    return sum / weightSum;
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

function requireSpec(spec: NetworkSpec, set: TrainingSet): void {
  requireTrainingSet(set, { allowsMissing: true, rowsMin: 2 });
  requireInteger(spec.epochCountMax, 1, 1_000_000, "epochs at most");
  requireInteger(spec.batchSize, 1, 65_536, "batch size");
  requireInteger(spec.stepCount, 1, 10_000, "steps");
  requireInteger(spec.patience ?? 1, 1, Number.MAX_SAFE_INTEGER, "patience");
  requireInteger(spec.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, "seed");
  if (spec.body.kind === "perceptron" && spec.stepCount !== 1) {
    throw new ArgumentError(`a perceptron takes one step, not ${spec.stepCount}`);
  }
  if (set.features.cols % spec.stepCount !== 0) {
    throw new ArgumentError(
      `${set.features.cols} features are not those of ${spec.stepCount} steps`,
    );
  }
  for (const name of ["learningRate", "gradientNormMax"] as const) {
    const value = spec[name];
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) {
      throw new ArgumentError(`${name} is ${value}, not a positive number`);
    }
  }
  if (!(spec.weightDecay >= 0 && spec.weightDecay * spec.learningRate < 1)) {
    throw new ArgumentError(`weightDecay is ${spec.weightDecay}, not in [0, 1/learningRate)`);
  }
}

function requireValidation(validation: TrainingSet, set: TrainingSet): void {
  requireTrainingSet(validation, { allowsMissing: true, rowsMin: 1 });
  if (validation.features.cols !== set.features.cols) {
    throw new ArgumentError(
      `validation has ${validation.features.cols} features, not ${set.features.cols}`,
    );
  }
}

function requireLength(parameters: Float32Array, length: number): void {
  if (parameters.length !== length) {
    throw new ArgumentError(`checkpoint has ${parameters.length} parameters, not ${length}`);
  }
}
