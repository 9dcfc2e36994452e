import { type PointLoss, pointLoss } from "../point-loss.ts";
import type { Training } from "../training.ts";
import type { TrainingSet } from "../training-set.ts";
import { adamOptimizer } from "./adam-optimizer.ts";
import { buildNetwork, type Network } from "./build-network.ts";
import { forecastAll, type NetworkModel } from "./network-model.ts";
import type { NetworkSpec } from "./network-spec.ts";
import {
  type NetworkCheckpoint,
  type NetworkTask,
  networkTask,
  type ScaledSet,
} from "./network-task.ts";
import { writeScaled } from "./scaling.ts";

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
  const task = networkTask(spec, set, options);
  const { training, validation, start } = task;
  const counts = [training.targets.length, validation?.targets.length ?? 0];
  const network = buildNetwork(task.shape, spec.batchSize, counts, 2, options.kernels);
  const run = { task, network, loss: pointLoss(spec.loss) };
  writeScaled(training.features, task.scaling, network.store, 0, network.inputWidth);
  const held = validation && holdOut(run, validation, counts[0]);
  const optimizer = adamOptimizer(network, spec, start);
  network.parameters.set(start.parameters);
  const state = () => ({ ...optimizer.state(), parameters: network.parameters.slice() });
  return {
    progress: task.progress,
    advance: () => {
      const trainingLoss = runEpoch(run, optimizer.step);
      return task.settle({ trainingLoss, validationLoss: held?.() }, state);
    },
    checkpoint: task.checkpoint,
    model: task.model,
  };
}

interface TrainingRun {
  readonly task: NetworkTask;
  readonly network: Network;
  readonly loss: PointLoss;
}

/** @returns The mean loss of the epoch, each batch before its step. */
function runEpoch({ task, network, loss }: TrainingRun, takeStep: () => void): number {
  const { targets, weights } = task.training;
  let total = 0;
  let weightTotal = 0;
  for (const rows of task.nextBatches()) {
    const forecasts = network.forecast(rows, 0, targets.length);
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
  { task, network, loss }: TrainingRun,
  { features, targets, weights }: ScaledSet,
  first: number,
): () => number {
  const start = first * task.shape.stepCount * network.inputWidth;
  writeScaled(features, task.scaling, network.store, start, network.inputWidth);
  const forecasts = new Float64Array(targets.length);
  return () => {
    forecastAll(network, first, targets.length, forecasts);
    let sum = 0;
    let weightSum = 0;
    for (let i = 0; i < targets.length; i++) {
      sum += weights[i] * loss.value(targets[i] - forecasts[i]);
      weightSum += weights[i];
    }
    return sum / weightSum;
  };
}
