export {
  createOptimizationService,
  type OptimizationService,
  type OptimizationServiceOptions,
} from "./optimization-service.ts";
