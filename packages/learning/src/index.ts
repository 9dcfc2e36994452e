export {
  type ElasticNetFit,
  type ElasticNetPenalty,
  elasticNetPath,
} from "./linear/elastic-net.ts";
export { type LinearModel, predictLinear } from "./linear/linear-model.ts";
export { type LogisticFit, logisticRegression, predictProbability } from "./linear/logistic.ts";
export { ridgePath } from "./linear/ridge.ts";
export type { TrainingSet } from "./training-set.ts";
