import {
  type LearnerSpec,
  predictModel,
  startTraining,
  type TrainingOptions,
  type TrainingSet,
} from "@portfolio/learning";
import type { BackendTraining, TrainingBackend } from "./training-backend.ts";

/** The kernels of `packages/learning`: on every machine, to the same bits. */
export const nativeBackend: TrainingBackend = {
  id: "native",
  device: "CPU, WebAssembly",
  startTraining: startNativeTraining,
  predict: async (model, features) => predictModel(model, features),
};

/** Starts a training whose steps are taken at once. */
export function startNativeTraining(
  spec: LearnerSpec,
  set: TrainingSet,
  options?: TrainingOptions,
): BackendTraining {
  const training = startTraining(spec, set, options);
  return { ...training, advance: async () => training.advance(), close: () => undefined };
}
