import { ArgumentError } from "@portfolio/quant";
import type { PointLossKind } from "../point-loss.ts";
import { requireInteger } from "../require-integer.ts";
import { requireTrainingSet, type TrainingSet } from "../training-set.ts";
import type { NetworkBody } from "./network-body.ts";

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
  /**
   * Share of the learning rate by which each step brings all parameters nearer to 0, 0 … 1; those
   * that are nearer become 0. Absent means 0.
   */
  readonly absolutePenalty?: number;
  /** Norm that gradients are cut down to. Absent means that they are not. */
  readonly gradientNormMax?: number;
  /** Epochs without a better validation loss after which training ends. Absent means never. */
  readonly patience?: number;
  readonly seed: number;
}

/**
 * Checks a specification and what it is trained and validated on.
 *
 * @throws {ArgumentError} A number is out of range, or a training set does not suit.
 */
export function requireNetworkSpec(
  spec: NetworkSpec,
  set: TrainingSet,
  validation: TrainingSet | undefined,
): void {
  requireSpec(spec, set);
  if (validation !== undefined) {
    requireValidation(validation, set);
  }
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
  requirePenalties(spec);
}

function requirePenalties({ learningRate, weightDecay, absolutePenalty = 0 }: NetworkSpec): void {
  if (!(weightDecay >= 0 && weightDecay * learningRate < 1)) {
    throw new ArgumentError(`weightDecay is ${weightDecay}, not in [0, 1/learningRate)`);
  }
  if (!(absolutePenalty >= 0 && absolutePenalty <= 1)) {
    throw new ArgumentError(`absolutePenalty is ${absolutePenalty}, not in [0, 1]`);
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
