export {
  adaptiveWindow,
  type ChangeDetector,
  cumulativeSum,
  pageHinkley,
} from "./drift/change-detectors.ts";
export { falseDiscoveries } from "./drift/false-discoveries.ts";
export {
  compareSeries,
  type FeatureDrift,
  type FeatureDriftSpec,
  watchFeatures,
} from "./drift/feature-drift.ts";
export { kolmogorovSmirnov, type TwoSampleTest } from "./drift/kolmogorov-smirnov.ts";
export {
  type LossDetectorPoint,
  type LossDetectorSpec,
  watchLosses,
} from "./drift/loss-detector.ts";
export { type PopulationStability, populationStability } from "./drift/population-stability.ts";
export { skillWeights, stackingWeights } from "./ensemble/combine-forecasts.ts";
export {
  type AdaptiveSpec,
  adaptiveRadii,
  conformalRadius,
} from "./ensemble/conformal-intervals.ts";
export {
  blockDaysOf,
  daysToDecision,
  type ExperimentPoint,
  type ExperimentReport,
  type ExperimentSpec,
  type ExperimentState,
  evaluateExperiment,
  type Guard,
} from "./experiment/evaluate-experiment.ts";
export { AdditivityError } from "./explain/checked-gaps.ts";
export {
  type DayExplanation,
  type ExplanationUnit,
  explainForecasts,
} from "./explain/explain-forecasts.ts";
export type { ExplanationMethod } from "./explain/explain-model.ts";
export { integratedGradients, type PathAttribution } from "./explain/integrated-gradients.ts";
export { linearShap } from "./explain/linear-shap.ts";
export {
  type Importance,
  type PermutationSpec,
  permutationImportance,
} from "./explain/permutation-importance.ts";
export {
  type FeatureFrame,
  type FeatureView,
  featureFrame,
  lookbackOf,
} from "./features/feature-frame.ts";
export { PRICE_FEATURES_VERSION } from "./features/price-features.ts";
export { type AssetPrices, type PriceMarket, priceMarket } from "./features/price-market.ts";
export {
  type CombinationMethod,
  type CombinedReplay,
  combineReplays,
} from "./forecast/combine-replays.ts";
export { conformQuantiles } from "./forecast/conform-quantiles.ts";
export { dailyLosses } from "./forecast/daily-losses.ts";
export type { FoldScheme } from "./forecast/fold-plan.ts";
export type { ForecastLearner } from "./forecast/fold-training.ts";
export { decodeForecastModel, encodeForecastModel } from "./forecast/forecast-artifact.ts";
export { forecastDays, lookbackCloses } from "./forecast/forecast-days.ts";
export type { BaselineName, ForecastModel, ForecastRule } from "./forecast/forecast-rule.ts";
export { type ForecastTarget, outcomesOf } from "./forecast/forecast-target.ts";
export {
  type ForecastProgress,
  type ForecastReplay,
  type ForecastTrainingResult,
  type ForecastTrainingSpec,
  startForecastTraining,
} from "./forecast/forecast-training.ts";
export type { TriedSharpes } from "./forecast/long-short.ts";
export { type SkillReport, skillReport } from "./forecast/skill-report.ts";
export {
  type ElasticNetFit,
  type ElasticNetPenalty,
  elasticNetPath,
} from "./linear/elastic-net.ts";
export { type LinearModel, predictLinear } from "./linear/linear-model.ts";
export { type LogisticFit, logisticRegression, predictProbability } from "./linear/logistic.ts";
export { ridgePath } from "./linear/ridge.ts";
export { type Artifact, decodeArtifact, encodeArtifact, tensorOf } from "./model/artifact.ts";
export {
  decodeModel,
  encodeModel,
  type LearnedModel,
  predictModel,
} from "./model/learned-model.ts";
export { type MemberTraining, memberSequence } from "./model/member-sequence.ts";
export { type LearnerSpec, startTraining, type TrainingOptions } from "./model/start-training.ts";
export { nativeTrainer, type Trainer } from "./model/trainer.ts";
export { type NetworkShape, parameterLayout } from "./network/build-network.ts";
export type { NetworkBody } from "./network/network-body.ts";
export { type NetworkModel, predictNetwork } from "./network/network-model.ts";
export type { NetworkSpec } from "./network/network-spec.ts";
export {
  type NetworkCheckpoint,
  type NetworkTask,
  networkTask,
  type ScaledSet,
} from "./network/network-task.ts";
export { writeScaled } from "./network/scaling.ts";
export { type NetworkTrainingOptions, startNetworkTraining } from "./network/train-network.ts";
export type { PointLossKind } from "./point-loss.ts";
export { type SearchedTrial, type SearchRange, sampleTrial } from "./search/sample-trial.ts";
export {
  type PanelLaw,
  type PanelShape,
  type SimulatedPanel,
  simulatePanel,
} from "./simulation/simulated-panel.ts";
export { streamSeed } from "./stream-seed.ts";
export type { AwaitedTraining, TrainingProgress } from "./training.ts";
export { requireFeatures, type TrainingSet } from "./training-set.ts";
export { type BoostingOptions, type BoostingSpec, startBoosting } from "./trees/boosted-trees.ts";
export { interventionalShap } from "./trees/interventional-shap.ts";
export type { BoostingLoss } from "./trees/objective.ts";
export { predictTrees, type TreeEnsemble } from "./trees/tree-ensemble.ts";
export { type Attribution, pathDependentShap } from "./trees/tree-shap.ts";
export { compareForecasts, type ForecastComparison } from "./validation/diebold-mariano.ts";
export {
  type CalibrationLine,
  calibrationLine,
  quasiLikelihoodLosses,
  rSquaredOutOfSample,
} from "./validation/forecast-errors.ts";
export {
  type CoefficientSummary,
  type InformationCoefficients,
  informationCoefficients,
  summarizeCoefficients,
} from "./validation/information-coefficient.ts";
export { longRunVariance } from "./validation/long-run-variance.ts";
export { uniquenessWeights } from "./validation/uniqueness-weights.ts";
export { exponentialVolatility } from "./volatility/exponential-volatility.ts";
export { fitGarch, forecastGarch, type GarchFit } from "./volatility/garch.ts";
export type { GarchParameters } from "./volatility/garch-likelihood.ts";
export {
  fitHeterogeneous,
  forecastHeterogeneous,
  type HeterogeneousAutoregression,
  type HeterogeneousSpec,
} from "./volatility/heterogeneous-autoregression.ts";
export { type DailyRange, rangeVariance } from "./volatility/range-variance.ts";
