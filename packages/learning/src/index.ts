export {
  type ElasticNetFit,
  type ElasticNetPenalty,
  elasticNetPath,
} from "./linear/elastic-net.ts";
export { type LinearModel, predictLinear } from "./linear/linear-model.ts";
export { type LogisticFit, logisticRegression, predictProbability } from "./linear/logistic.ts";
export { ridgePath } from "./linear/ridge.ts";
export type { Training, TrainingProgress } from "./training.ts";
export type { TrainingSet } from "./training-set.ts";
export { type BoostingOptions, type BoostingSpec, startBoosting } from "./trees/boosted-trees.ts";
export { interventionalShap } from "./trees/interventional-shap.ts";
export type { BoostingLoss } from "./trees/objective.ts";
export { predictTrees, type TreeEnsemble } from "./trees/tree-ensemble.ts";
export { type Attribution, pathDependentShap } from "./trees/tree-shap.ts";
