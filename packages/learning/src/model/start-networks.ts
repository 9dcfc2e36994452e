import { ArgumentError } from "@portfolio/quant";
import type { NetworkModel } from "../network/network-model.ts";
import {
  type NetworkCheckpoint,
  type NetworkSpec,
  startNetworkTraining,
} from "../network/train-network.ts";
import { requireInteger } from "../require-integer.ts";
import { streamSeed } from "../stream-seed.ts";
import type { Training, TrainingProgress } from "../training.ts";
import type { TrainingSet } from "../training-set.ts";
import { decodeArtifact, encodeArtifact, tensorOf } from "./artifact.ts";
import type { LearnedModel } from "./learned-model.ts";
import { membersArtifact, membersOf } from "./network-artifact.ts";

const IN_TRAINING = "networks-in-training";

interface Resumed {
  readonly members: NetworkModel[];
  readonly current: NetworkCheckpoint | undefined;
  readonly progress: TrainingProgress | undefined;
}

/**
 * Starts training networks that differ in their seeds, one after the other.
 *
 * Progress counts the epochs of all; its losses and its best step are those of the member in
 * training. The model is the mean of the members finished, and of the one in training.
 *
 * @throws {ArgumentError} The specification, a training set or the checkpoint is not valid.
 */
export function startNetworks(
  spec: NetworkSpec & { readonly memberCount: number },
  set: TrainingSet,
  options: { readonly validation?: TrainingSet; readonly checkpoint?: Uint8Array },
): Training<LearnedModel, Uint8Array> {
  requireInteger(spec.memberCount, 1, 100, "members");
  const { members, current, progress } = resume(options.checkpoint);
  const start = (checkpoint?: NetworkCheckpoint) =>
    startNetworkTraining({ ...spec, seed: streamSeed(spec.seed, members.length) }, set, {
      ...(options.validation && { validation: options.validation }),
      ...(checkpoint && { checkpoint }),
    });
  let last = progress;
  let training = start(current);
  return {
    progress: () => last,
    advance: () => {
      if (last?.isDone === true) {
        throw new ArgumentError("training is done");
      }
      const own = training.advance();
      const step = (last?.step ?? 0) + 1;
      const isLast = members.length + 1 === spec.memberCount;
      const stepCountMax = spec.memberCount * spec.epochCountMax;
      const bestStep = step - own.step + own.bestStep;
      last = { ...own, step, stepCountMax, bestStep, isDone: own.isDone && isLast };
      if (own.isDone && !isLast) {
        members.push(training.model());
        training = start();
      }
      return last;
    },
    checkpoint: () => encodeState(members, training, last),
    model: () => {
      const started = training.progress() === undefined ? [] : [training.model()];
      return { kind: "networks", members: [...members, ...started] };
    },
  };
}

function encodeState(
  members: readonly NetworkModel[],
  training: Training<NetworkModel, NetworkCheckpoint>,
  progress: TrainingProgress | undefined,
): Uint8Array {
  const { attributes, tensors } = membersArtifact(IN_TRAINING, members);
  const current = training.progress() && training.checkpoint();
  const { means, squares, parameters, best } = current ?? {};
  return encodeArtifact({
    attributes: {
      ...attributes,
      progress,
      ownProgress: current?.progress,
      stepCount: current?.stepCount,
    },
    tensors: {
      ...tensors,
      ...(means && squares && parameters && best && { means, squares, parameters, best }),
    },
  });
}

function resume(checkpoint: Uint8Array | undefined): Resumed {
  if (checkpoint === undefined) {
    return { members: [], current: undefined, progress: undefined };
  }
  const artifact = decodeArtifact(checkpoint);
  const { kind, progress, ownProgress, stepCount } = artifact.attributes;
  if (kind !== IN_TRAINING) {
    throw new ArgumentError(`the checkpoint is of ${String(kind)}, not of networks in training`);
  }
  const current = ownProgress
    ? {
        means: tensorOf(artifact, "means", Float32Array),
        squares: tensorOf(artifact, "squares", Float32Array),
        parameters: tensorOf(artifact, "parameters", Float32Array),
        best: tensorOf(artifact, "best", Float32Array),
        stepCount: Number(stepCount),
        progress: ownProgress as TrainingProgress,
      }
    : undefined;
  return {
    members: membersOf(artifact),
    current,
    progress: progress as TrainingProgress | undefined,
  };
}
