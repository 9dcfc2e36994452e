import type {
  LearnedModel,
  LearnerSpec,
  Training,
  TrainingOptions,
  TrainingProgress,
  TrainingSet,
} from "@portfolio/learning";
import type { Matrix } from "@portfolio/quant";

/** What `ML_BACKEND` may say: a backend, or `auto` for a GPU where there is one. */
export const BACKEND_SETTINGS = [
  "auto",
  "native",
  "tfjs-gpu",
  "tfjs-node",
  "webgpu",
  "wasm",
  "cpu",
] as const;

export type BackendSetting = (typeof BACKEND_SETTINGS)[number];

/** What computes networks. */
export type BackendId = Exclude<BackendSetting, "auto">;

/** A training whose steps may be taken elsewhere than on this processor. */
export interface BackendTraining extends Omit<Training<LearnedModel, Uint8Array>, "advance"> {
  /**
   * Takes a step: an epoch, or a tree. Nothing else may be asked for until it is taken.
   *
   * @throws {ArgumentError} The training is done.
   */
  readonly advance: () => Promise<TrainingProgress>;
  /** Frees what is held outside this process's own memory. Model and checkpoint stay. */
  readonly close: () => void;
}

/**
 * Trains models and forecasts with them. Models and checkpoints are the same bytes on all backends,
 * so that one may go on where another stopped. Only `native` gives the same bits everywhere.
 *
 * All but networks is computed natively on each.
 */
export interface TrainingBackend {
  readonly id: BackendId;
  /** What computes, in words, such as the name of a GPU. */
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
  ) => BackendTraining;
  /**
   * Computes the forecast of each row.
   *
   * @throws {ArgumentError} The features are not those of the model.
   */
  readonly predict: (model: LearnedModel, features: Matrix) => Promise<Float64Array>;
}
