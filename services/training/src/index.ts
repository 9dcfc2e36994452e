export {
  createTrainingService,
  type TrainingService,
  type TrainingServiceOptions,
} from "./training-service.ts";
