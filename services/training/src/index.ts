export type { BackendOptions } from "./adapters/find-backend.ts";
export { readBackend } from "./config.ts";
export {
  createTrainingService,
  type TrainingService,
  type TrainingServiceOptions,
} from "./training-service.ts";
