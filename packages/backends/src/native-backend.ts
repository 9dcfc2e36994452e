import { nativeTrainer, predictModel } from "@portfolio/learning";
import type { TrainingBackend } from "./training-backend.ts";

/** The kernels of `packages/learning`: on every machine, to the same bits. */
export const nativeBackend: TrainingBackend = {
  ...nativeTrainer,
  id: "native",
  predict: async (model, features) => predictModel(model, features),
};
