import { ArgumentError } from "@portfolio/quant";
import type { NetworkModel } from "../network/network-model.ts";
import type { NetworkSpec } from "../network/network-spec.ts";
import type { NetworkCheckpoint } from "../network/network-task.ts";
import { requireInteger } from "../require-integer.ts";
import { streamSeed } from "../stream-seed.ts";
import type { Training, TrainingProgress } from "../training.ts";
import { decodeArtifact, encodeArtifact, tensorOf } from "./artifact.ts";
import type { LearnedModel } from "./learned-model.ts";
import { membersArtifact, membersOf } from "./network-artifact.ts";

const IN_TRAINING = "networks-in-training";

interface Resumed {
  readonly members: NetworkModel[];
  readonly current: NetworkCheckpoint | undefined;
  readonly progress: TrainingProgress | undefined;
}

/** The training of one network, whoever takes its steps. */
export type MemberTraining = Omit<Training<NetworkModel, NetworkCheckpoint>, "advance">;

/** Networks that are trained one after the other. */
export interface MemberSequence<Member extends MemberTraining>
  extends Omit<Training<LearnedModel, Uint8Array>, "advance"> {
  /**
   * Finds the network in training.
   *
   * @throws {ArgumentError} All are done.
   */
  readonly current: () => Member;
  /** Counts a step of it, and starts the next network when it was the last. */
  readonly settle: (own: TrainingProgress) => TrainingProgress;
}

/**
 * Starts a sequence of networks that differ in their seeds.
 *
 * Progress counts the epochs of all; its losses and its best step are those of the member in
 * training. The model is the mean of the members finished, and of the one in training.
 *
 * @param start - Starts or resumes the training of one.
 * @param checkpoint - What `checkpoint` of a sequence of the same specification gave.
 * @throws {ArgumentError} The specification or the checkpoint is not valid.
 */
export function memberSequence<Member extends MemberTraining>(
  spec: NetworkSpec & { readonly memberCount: number },
  start: (spec: NetworkSpec, checkpoint: NetworkCheckpoint | undefined) => Member,
  checkpoint?: Uint8Array,
): MemberSequence<Member> {
  requireInteger(spec.memberCount, 1, 100, "members");
  const { members, current, progress } = resume(checkpoint);
  const startNext = (from?: NetworkCheckpoint) =>
    start({ ...spec, seed: streamSeed(spec.seed, members.length) }, from);
  let last = progress;
  let training = startNext(current);
  return {
    progress: () => last,
    current: () => {
      if (last?.isDone === true) {
        throw new ArgumentError("training is done");
      }
      return training;
    },
    settle: (own) => {
      const step = (last?.step ?? 0) + 1;
      const isLast = members.length + 1 === spec.memberCount;
      const stepCountMax = spec.memberCount * spec.epochCountMax;
      const bestStep = step - own.step + own.bestStep;
      last = { ...own, step, stepCountMax, bestStep, isDone: own.isDone && isLast };
      if (own.isDone && !isLast) {
        members.push(training.model());
        training = startNext();
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
  training: MemberTraining,
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
