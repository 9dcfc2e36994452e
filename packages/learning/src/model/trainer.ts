import { type AwaitedTraining, awaited } from "../training.ts";
import type { TrainingSet } from "../training-set.ts";
import type { LearnedModel } from "./learned-model.ts";
import { type LearnerSpec, startTraining, type TrainingOptions } from "./start-training.ts";

/** What computes models: the kernels of this package, or something that gives models as they do. */
export interface Trainer {
  /** Such as `native`. */
  readonly id: string;
  /** In words, such as the name of a GPU. */
  readonly device: string;
  /**
   * Starts training a model.
   *
   * @throws {ArgumentError} The specification, a training set or the checkpoint is not valid.
   */
  readonly startTraining: (
    spec: LearnerSpec,
    set: TrainingSet,
    options?: TrainingOptions,
  ) => AwaitedTraining<LearnedModel, Uint8Array>;
}

/** The kernels of this package: on every machine, to the same bits. */
export const nativeTrainer: Trainer = {
  id: "native",
  device: "CPU, WebAssembly",
  startTraining: (spec, set, options) => awaited(startTraining(spec, set, options)),
};
