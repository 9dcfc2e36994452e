import {
  type LearnedModel,
  type LearnerSpec,
  memberSequence,
  type NetworkModel,
  parameterLayout,
  predictModel,
  requireFeatures,
  type TrainingOptions,
  type TrainingSet,
  writeScaled,
} from "@portfolio/learning";
import type { Matrix } from "@portfolio/quant";
import { nativeBackend } from "../native-backend.ts";
import type { BackendId, BackendTraining, TrainingBackend } from "../training-backend.ts";
import { networkForward } from "./network-forward.ts";
import { startNetworkOnTensorFlow } from "./network-training.ts";
import type { TensorFlow } from "./tensor-flow.ts";
import { variablesOf } from "./variables.ts";

/** Makes a backend of TensorFlow.js, whose own backend is set. */
export function tensorFlowBackend(tf: TensorFlow, id: BackendId, device: string): TrainingBackend {
  return {
    id,
    device,
    startTraining: (spec, set, options) =>
      spec.kind === "networks"
        ? startMembers(tf, spec, set, options)
        : nativeBackend.startTraining(spec, set, options),
    predict: async (model, features) =>
      model.kind === "networks"
        ? predictMembers(tf, model, features)
        : predictModel(model, features),
  };
}

function startMembers(
  tf: TensorFlow,
  spec: Extract<LearnerSpec, { kind: "networks" }>,
  set: TrainingSet,
  { validation, checkpoint }: TrainingOptions = {},
): BackendTraining {
  let close: BackendTraining["close"] = () => undefined;
  const sequence = memberSequence(
    spec,
    (own, from) => {
      const member = startNetworkOnTensorFlow(tf, own, set, {
        ...(validation && { validation }),
        ...(from && { checkpoint: from }),
      });
      close = member.close;
      return member;
    },
    checkpoint,
  );
  return {
    progress: sequence.progress,
    checkpoint: sequence.checkpoint,
    model: sequence.model,
    advance: async () => {
      const member = sequence.current();
      const progress = await member.advance();
      if (progress.isDone) {
        member.close();
      }
      return sequence.settle(progress);
    },
    close: () => close(),
  };
}

async function predictMembers(
  tf: TensorFlow,
  { members }: Extract<LearnedModel, { kind: "networks" }>,
  features: Matrix,
): Promise<Float64Array> {
  const mean = new Float64Array(features.rows);
  for (const member of members) {
    const forecasts = await predictNetwork(tf, member, features);
    for (const [i, forecast] of forecasts.entries()) {
      mean[i] = (mean[i] ?? 0) + forecast / members.length;
    }
  }
  return mean;
}

const BATCH_SIZE = 1024;

async function predictNetwork(
  tf: TensorFlow,
  model: NetworkModel,
  features: Matrix,
): Promise<Float64Array> {
  const { body, stepCount, featureCount, scaling } = model;
  requireFeatures(features, featureCount * stepCount);
  const { rows, cols, values } = features;
  const variables = variablesOf(tf, parameterLayout(model), model.parameters);
  const forecasts = new Float64Array(rows);
  for (let first = 0; first < rows; first += BATCH_SIZE) {
    const count = Math.min(BATCH_SIZE, rows - first);
    const own = values.subarray(first * cols, (first + count) * cols);
    const scaled = new Float32Array(count * cols);
    writeScaled({ rows: count, cols, values: own }, scaling, scaled, 0, featureCount);
    const out = tf.tidy(() =>
      networkForward(variables.graph, body, tf.tensor3d(scaled, [stepCount, count, featureCount])),
    );
    forecasts.set(await out.data(), first);
    out.dispose();
  }
  variables.close();
  return forecasts.map((z) => scaling.targetMean + scaling.targetScale * z);
}
