import type { AwaitedTraining, LearnedModel, Trainer } from "@portfolio/learning";
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

export type BackendTraining = AwaitedTraining<LearnedModel, Uint8Array>;

/**
 * Trains models and forecasts with them. Models and checkpoints are the same bytes on all backends,
 * so that one may go on where another stopped. Only `native` gives the same bits everywhere.
 *
 * All but networks is computed natively on each.
 */
export interface TrainingBackend extends Trainer {
  readonly id: BackendId;
  /**
   * Computes the forecast of each row.
   *
   * @throws {ArgumentError} The features are not those of the model.
   */
  readonly predict: (model: LearnedModel, features: Matrix) => Promise<Float64Array>;
}
