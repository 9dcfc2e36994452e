import {
  type MemberTraining,
  type NetworkCheckpoint,
  type NetworkSpec,
  type NetworkTask,
  networkTask,
  type ScaledSet,
  type TrainingProgress,
  type TrainingSet,
  writeScaled,
} from "@portfolio/learning";
import type { Scalar, Tensor, Tensor1D, Tensor3D } from "@tensorflow/tfjs-core";
import { type AdamVariables, adamStep } from "./adam-step.ts";
import { networkForward } from "./network-forward.ts";
import { pointLosses } from "./point-losses.ts";
import type { TensorFlow } from "./tensor-flow.ts";
import { variablesOf } from "./variables.ts";

/** The training of one network by TensorFlow.js. */
export interface NetworkTraining extends MemberTraining {
  /** Takes an epoch. */
  readonly advance: () => Promise<TrainingProgress>;
  /** Frees what is on the backend. Model and checkpoint stay. */
  readonly close: () => void;
}

/** Observations on the backend. */
interface DeviceSet {
  /** Shape (T, N, D). */
  readonly features: Tensor3D;
  readonly targets: Tensor1D;
  readonly weights: Float64Array;
}

interface Run {
  readonly tf: TensorFlow;
  readonly spec: NetworkSpec;
  readonly task: NetworkTask;
  readonly adam: AdamVariables;
}

const BATCH_SIZE = 1024;

/**
 * Starts training a network on the backend of TensorFlow.js that is set: the same first parameters,
 * batches and steps as natively, so that losses agree but for rounding.
 *
 * Nothing is fetched within an epoch; after it, the parameters and what Adam remembers are.
 *
 * @throws {ArgumentError} The specification, a training set or the checkpoint is not valid.
 */
export function startNetworkOnTensorFlow(
  tf: TensorFlow,
  spec: NetworkSpec,
  set: TrainingSet,
  options: { validation?: TrainingSet; checkpoint?: NetworkCheckpoint },
): NetworkTraining {
  const task = networkTask(spec, set, options);
  const { layout, start } = task;
  const put = (values: Float32Array) => variablesOf(tf, layout, layout.named(values));
  const adam = {
    parameters: put(start.parameters),
    means: put(start.means),
    squares: put(start.squares),
  };
  const run: Run = { tf, spec, task, adam };
  const training = deviceSet(tf, task, task.training);
  const validation = task.validation && deviceSet(tf, task, task.validation);
  let { stepCount } = start;
  return {
    progress: task.progress,
    checkpoint: task.checkpoint,
    model: task.model,
    advance: async () => {
      const batches = task.nextBatches();
      const trainingLoss = await runEpoch(run, training, batches, stepCount);
      stepCount += batches.length;
      const validationLoss = validation && (await meanLoss(run, validation));
      const [parameters, means, squares] = await Promise.all([
        adam.parameters.read(),
        adam.means.read(),
        adam.squares.read(),
      ]);
      const state = { parameters, means, squares, stepCount };
      return task.settle({ trainingLoss, validationLoss }, () => state);
    },
    close: () => {
      for (const own of Object.values(adam)) {
        own.close();
      }
      for (const own of [training, validation]) {
        own?.features.dispose();
        own?.targets.dispose();
      }
    },
  };
}

/** Puts features and targets on the backend, in standard deviations. */
function deviceSet(
  tf: TensorFlow,
  { shape, scaling }: NetworkTask,
  { features, targets, weights }: ScaledSet,
): DeviceSet {
  const { stepCount, featureCount } = shape;
  const values = new Float32Array(features.rows * features.cols);
  writeScaled(features, scaling, values, 0, featureCount);
  return {
    features: tf.tensor3d(values, [stepCount, features.rows, featureCount]),
    targets: tf.tensor1d(Float32Array.from(targets)),
    weights,
  };
}

/** @returns The mean loss of the epoch, each batch before its step. */
async function runEpoch(
  run: Run,
  set: DeviceSet,
  batches: readonly Int32Array[],
  stepsBefore: number,
): Promise<number> {
  const { tf, spec, adam } = run;
  const variables = [...adam.parameters.byName.values()];
  let weightTotal = 0;
  let total: Scalar = tf.scalar(0);
  for (const [k, rows] of batches.entries()) {
    const weightSum = rows.reduce((sum, i) => sum + (set.weights[i] ?? 0), 0);
    weightTotal += weightSum;
    const before = total;
    total = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => batchLoss(run, set, rows, weightSum),
        variables,
      );
      adamStep(tf, adam, grads, spec, stepsBefore + k + 1);
      return tf.add(before, tf.mul(value, weightSum));
    });
    before.dispose();
  }
  return (await taken(total)) / weightTotal;
}

/** The mean loss of some observations; 0 when none of them counts. */
function batchLoss(
  { tf, spec, task, adam }: Run,
  set: DeviceSet,
  rows: Int32Array,
  weightSum: number,
) {
  const index = tf.tensor1d(rows, "int32");
  const x = tf.gather(set.features, index, 1);
  const forecasts = networkForward(adam.parameters.graph, task.shape.body, x);
  const residuals = tf.sub(tf.gather(set.targets, index), forecasts) as Tensor1D;
  const shares = Float32Array.from(rows, (i) =>
    weightSum > 0 ? (set.weights[i] ?? 0) / weightSum : 0,
  );
  const losses = pointLosses(tf, spec.loss, residuals);
  return tf.sum(tf.mul(losses, tf.tensor1d(shares))) as Scalar;
}

async function meanLoss(run: Run, set: DeviceSet): Promise<number> {
  const { tf } = run;
  const count = set.weights.length;
  let total: Scalar = tf.scalar(0);
  let weightTotal = 0;
  for (let start = 0; start < count; start += BATCH_SIZE) {
    const rows = Int32Array.from(
      { length: Math.min(BATCH_SIZE, count - start) },
      (_, i) => start + i,
    );
    const weightSum = rows.reduce((sum, i) => sum + (set.weights[i] ?? 0), 0);
    weightTotal += weightSum;
    const before = total;
    total = tf.tidy(() => tf.add(before, tf.mul(batchLoss(run, set, rows, weightSum), weightSum)));
    before.dispose();
  }
  return (await taken(total)) / weightTotal;
}

/** Fetches a number and frees it. */
async function taken(scalar: Tensor): Promise<number> {
  const [value] = await scalar.data();
  scalar.dispose();
  return value ?? Number.NaN;
}
