export { type OpenedBackend, openBackend } from "./open-backend.ts";
export {
  BACKEND_SETTINGS,
  type BackendId,
  type BackendSetting,
  type BackendTraining,
  type TrainingBackend,
} from "./training-backend.ts";
