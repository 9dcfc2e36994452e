export { nativeBackend } from "./native-backend.ts";
export { openBackend } from "./open-backend.ts";
export { packageImporter } from "./tensor-flow/tensor-flow.ts";
export {
  BACKEND_SETTINGS,
  type BackendId,
  type BackendSetting,
  type TrainingBackend,
} from "./training-backend.ts";
