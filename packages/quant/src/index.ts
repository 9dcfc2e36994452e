export { type AttributionPlan, attributionPeriods } from "./backtest/attribution-periods.ts";
export type { BacktestResult, BacktestTotals } from "./backtest/backtest-result.ts";
export {
  type BacktestSpec,
  type BacktestState,
  type DailySeries,
  type FinancingModel,
  type Rebalance,
  startBacktest,
} from "./backtest/backtest-state.ts";
export { type Market, totalReturns } from "./backtest/market.ts";
export { assetsWithEveryClose, type MarketView } from "./backtest/market-view.ts";
export {
  type MultiPeriodPlan,
  type MultiPeriodResult,
  planTrades,
} from "./backtest/multi-period.ts";
export type { MultiPeriodCosts, MultiPeriodProblem } from "./backtest/multi-period-problem.ts";
export {
  type NestedPlan,
  type NestedValidation,
  planNestedValidation,
  settleNestedValidation,
  sharpeScore,
  type ValidationTask,
} from "./backtest/nested-validation.ts";
export { type CalendarPeriod, periodStarts } from "./backtest/period-starts.ts";
export {
  dropCorrelated,
  type SelectionFigure,
  selectExtremes,
  selectNonDominated,
  selectNonExpiring,
} from "./backtest/pre-selection.ts";
export {
  assemblePaths,
  type PurgedCrossValidation,
  type PurgedSplit,
  purgedSplits,
  type TestFold,
} from "./backtest/purged-splits.ts";
export {
  type RandomizedPlan,
  type RandomizedSample,
  randomizedSplits,
} from "./backtest/randomized-splits.ts";
export {
  advanceBacktest,
  applyDecision,
  type BacktestOptions,
  type BacktestOutcome,
  type Decision,
  type DecisionContext,
  decideEqualWeights,
  runBacktest,
} from "./backtest/run-backtest.ts";
export {
  type CostModel,
  type CostParts,
  type ImpactModel,
  type TradingCoefficients,
  tradingCoefficients,
} from "./backtest/trading-costs.ts";
export {
  type WalkForwardCalendar,
  type WalkForwardRows,
  type WalkForwardSplit,
  walkForward,
  walkForwardCalendar,
} from "./backtest/walk-forward.ts";
export {
  type AssetDistance,
  assetDistances,
  correlationDistances,
  isOfCorrelations,
} from "./clustering/asset-distances.ts";
export { assetNetwork, type NetworkKind, nearbySets } from "./clustering/asset-network.ts";
export { type AssetTree, assetClusters, clusterAssets } from "./clustering/cluster-assets.ts";
export { gapClusterCount } from "./clustering/cluster-count.ts";
export type { Linkage } from "./clustering/merged-distance.ts";
export { type CentralityMeasure, networkCentrality } from "./clustering/network-centrality.ts";
export { type ExcessReturn, maximizeRatio, type RatioResult } from "./convex/maximize-ratio.ts";
export type { ConvexOptions, ConvexProgram, ConvexResult } from "./convex/program.ts";
export { riskTerm, rootRiskTerm } from "./convex/risk-term.ts";
export { solveConvex } from "./convex/solve-convex.ts";
export type { Scenarios } from "./convex/terms/scenarios.ts";
export { conditionNumber } from "./covariance/condition-number.ts";
export { constantCorrelationCovariance } from "./covariance/constant-correlation.ts";
export { correlationFromCovariance } from "./covariance/correlation.ts";
export {
  type DenoisedCovariance,
  type Denoising,
  denoiseCovariance,
  detoneCovariance,
} from "./covariance/denoised.ts";
export {
  type ExpectationMaximization,
  expectationMaximization,
} from "./covariance/expectation-maximization.ts";
export { exponentialCovariance } from "./covariance/exponential-covariance.ts";
export { exponentialVariance } from "./covariance/exponential-variance.ts";
export { covarianceFromFactors, type FactorForm } from "./covariance/factor-form.ts";
export { fixedShrinkageCovariance, type ShrinkageTarget } from "./covariance/fixed-shrinkage.ts";
export { type GerberStatistic, gerberCovariance } from "./covariance/gerber.ts";
export {
  type GraphicalLassoCovariance,
  graphicalLassoCovariance,
} from "./covariance/graphical-lasso.ts";
export { impliedVolatilityCovariance } from "./covariance/implied-volatility.ts";
export { ledoitWolfCovariance } from "./covariance/ledoit-wolf.ts";
export { localGlobalCovariance } from "./covariance/local-global.ts";
export {
  minimumCovarianceDeterminant,
  type RobustCovariance,
} from "./covariance/minimum-covariance-determinant.ts";
export { type NearestCovariance, nearestCovariance } from "./covariance/nearest-correlation.ts";
export { oracleApproximatingCovariance } from "./covariance/oracle-approximating-shrinkage.ts";
export { type PairwiseCovariance, pairwiseCovariance } from "./covariance/pairwise.ts";
export {
  type PositiveSemidefiniteRepair,
  repairPositiveSemidefinite,
} from "./covariance/positive-semidefinite.ts";
export { principalFactors } from "./covariance/principal-factors.ts";
export {
  type RegimeAdjustedCovariance,
  type RegimeAdjustment,
  type RegimeState,
  regimeAdjustedCovariance,
  regimeCovariance,
  regimeStart,
  regimeUpdate,
} from "./covariance/regime-adjusted.ts";
export { type FactorSelection, regressionFactors } from "./covariance/regression-factors.ts";
export { sampleCovariance } from "./covariance/sample-covariance.ts";
export { semicovariance } from "./covariance/semicovariance.ts";
export type { ShrunkCovariance } from "./covariance/shrinkage.ts";
export { singleFactorCovariance } from "./covariance/single-factor.ts";
export { SlidingCovariance, type WindowEstimates } from "./covariance/sliding-covariance.ts";
export {
  type Thresholding,
  thresholdedComponentsCovariance,
} from "./covariance/thresholded-components.ts";
export { normalProbability, normalQuantile } from "./distributions/normal.ts";
export { studentProbability, studentQuantile } from "./distributions/student-t.ts";
export { ArgumentError } from "./errors.ts";
export { bayesSteinMean } from "./expected-returns/bayes-stein.ts";
export {
  bodnarOkhrinParolyaMean,
  type CombinedMean,
} from "./expected-returns/bodnar-okhrin-parolya.ts";
export {
  capitalAssetPricingMean,
  type MarketModelMean,
} from "./expected-returns/capital-asset-pricing.ts";
export { compoundMean } from "./expected-returns/compound-mean.ts";
export { equilibriumReturns } from "./expected-returns/equilibrium.ts";
export { exponentialMean } from "./expected-returns/exponential-mean.ts";
export { historicalMean } from "./expected-returns/historical-mean.ts";
export { jamesSteinMean } from "./expected-returns/james-stein.ts";
export type { Vocabulary } from "./expression/vocabulary.ts";
export { centeredGram, weightedGram } from "./linalg/gram.ts";
export { choleskyInPlace, solveCholesky } from "./linalg/kernels.ts";
export {
  dot,
  type Matrix,
  matrixFromRows,
  multiplyVector,
  quadraticForm,
  requireFinite,
} from "./linalg/matrix.ts";
export { argsort, quickselect } from "./linalg/order-statistics.ts";
export { type SymmetricEigen, symmetricEigen } from "./linalg/symmetric-eigen.ts";
export { attainableRanges } from "./optimize/attainable-ranges.ts";
export { type Conflict, findConflicts } from "./optimize/conflicts.ts";
export { budgetRange, type ConstraintRef, type WeightConstraints } from "./optimize/constraints.ts";
export { traceFrontier } from "./optimize/critical-line/trace-frontier.ts";
export { equalWeight } from "./optimize/equal-weight.ts";
export { factorRiskParity, principalLoadings } from "./optimize/factor-risk-parity.ts";
export type {
  EfficientFrontier,
  FrontierResult,
  MeanVarianceProblem,
  TurningPoint,
} from "./optimize/frontier.ts";
export { type FrontierBand, frontierBand } from "./optimize/frontier-band.ts";
export {
  type FrontierPoint,
  minimumVariance,
  type OutOfRange,
  pointAtReturn,
  pointAtVolatility,
} from "./optimize/frontier-point.ts";
export { hierarchicalEqualRisk } from "./optimize/hierarchy/hierarchical-equal-risk.ts";
export {
  type HierarchicalRiskParityPortfolio,
  hierarchicalRiskParity,
} from "./optimize/hierarchy/hierarchical-risk-parity.ts";
export { type NestedGoal, nestedClusters } from "./optimize/hierarchy/nested-clusters.ts";
export { schurComplementary } from "./optimize/hierarchy/schur-complementary.ts";
export {
  type DiscreteGoal,
  type Discreteness,
  type DiscretePortfolio,
  discretePortfolio,
} from "./optimize/integer/discrete-portfolio.ts";
export type { CountLimit, SearchLimits } from "./optimize/integer/integer-program.ts";
export { interpolateFrontier } from "./optimize/interpolate-frontier.ts";
export {
  type InverseVolatilityPortfolio,
  inverseVolatility,
} from "./optimize/inverse-volatility.ts";
export { parseConstraint } from "./optimize/linear-expression.ts";
export { denseRow, groupRow, type Limits, type LinearRow } from "./optimize/linear-row.ts";
export type { Certificate } from "./optimize/linear-system.ts";
export { traceDecorrelation } from "./optimize/maximum-decorrelation.ts";
export { traceDiversification } from "./optimize/maximum-diversification.ts";
export { type MaximumSharpePoint, maximumSharpe } from "./optimize/maximum-sharpe.ts";
export { maximumUtility } from "./optimize/maximum-utility.ts";
export { learnOnline, type OnlineRule } from "./optimize/online-learning.ts";
export { certifyFrontier, provePoint } from "./optimize/point-certificate.ts";
export { cheapestRelaxation, type LimitChange, smallestRelaxation } from "./optimize/relaxation.ts";
export { estimateSource, type ResampledEstimates } from "./optimize/resample-estimates.ts";
export { type RiskParityPortfolio, riskParity } from "./optimize/risk-parity.ts";
export {
  type ConstraintViolation,
  checkRule,
  type RulePortfolio,
} from "./optimize/rule-portfolio.ts";
export { type FrontierGoal, traceTowards } from "./optimize/trace-towards.ts";
export type { ZeroVolatility } from "./optimize/volatilities.ts";
export type { BenchmarkFigures } from "./performance/benchmark-figures.ts";
export {
  type BrinsonAttribution,
  type BrinsonEffects,
  type BrinsonInput,
  brinsonAttribution,
} from "./performance/brinson.ts";
export type { CalendarReturns, MonthReturn, YearReturn } from "./performance/calendar-returns.ts";
export { drawdownSeries, worstDrawdowns } from "./performance/drawdowns.ts";
export {
  type CollinearFactors,
  type FactorAttribution,
  type FactorExposure,
  factorAttribution,
} from "./performance/factor-attribution.ts";
export { momentsOf } from "./performance/moments.ts";
export {
  backtestOverfitting,
  type OverfittingFigures,
  trialsOf,
} from "./performance/overfitting.ts";
export { growthOf } from "./performance/return-series.ts";
export { type RollingFigures, rollingFigures } from "./performance/rolling-figures.ts";
export {
  annualizeSharpe,
  deflatedSharpe,
  expectedMaximumSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  type SharpeRatio,
  type SharpeTrials,
  sharpeRatio,
} from "./performance/sharpe-ratio.ts";
export {
  type DatedReturn,
  type SharpeFigures,
  type TearSheet,
  type TearSheetInput,
  tearSheet,
} from "./performance/tear-sheet.ts";
export { type BindingLimit, dearestFirst, linearLimits } from "./portfolio/binding-limits.ts";
export { type BrokenLimit, brokenLimits } from "./portfolio/broken-limits.ts";
export { type BudgetedRisk, budgetRisk } from "./portfolio/budget-risk.ts";
export { COUNTED_SCENARIOS_MAX } from "./portfolio/discrete/loss-tails.ts";
export { solveDiscreteGoal } from "./portfolio/discrete/solve-discrete-goal.ts";
export { measureClusterRisk } from "./portfolio/measure-cluster-risk.ts";
export {
  type MeasureFrontier,
  type MeasureFrontierPoint,
  traceMeasureFrontier,
} from "./portfolio/measure-frontier.ts";
export { type MomentPreferences, powerUtilityPreferences } from "./portfolio/moment-utility.ts";
export type {
  Benchmark,
  CustomTerms,
  Goal,
  Leverage,
  LimitRef,
  PortfolioMeasure,
  PortfolioModel,
  RiskLimit,
  RiskShareLimit,
  Trading,
  TradingCosts,
} from "./portfolio/portfolio-model.ts";
export { growthDegree, isOfCovariance, portfolioRisk } from "./portfolio/portfolio-risk.ts";
export { relaxedRiskParity } from "./portfolio/relaxed-risk-parity.ts";
export type { GoalResult } from "./portfolio/solve-goal.ts";
export { solveWithinShares } from "./portfolio/solve-within-shares.ts";
export { type TradingEffect, tradingEffect } from "./portfolio/trading-effect.ts";
export { drawSubset } from "./random/draw-subset.ts";
export { normalSource } from "./random/normal.ts";
export { randomSource } from "./random/xoshiro.ts";
export { allocateShares, type ShareAllocation } from "./rebalance/allocate-shares.ts";
export type { ShareRebalance, ShareRebalanceProblem } from "./rebalance/rebalance-problem.ts";
export { rebalanceShares } from "./rebalance/rebalance-shares.ts";
export {
  type AlignedPrices,
  alignPrices,
  type DroppedHistory,
  type PriceSeries,
} from "./returns/align-prices.ts";
export {
  annualizeCovariance,
  annualizeMean,
  annualizeVolatility,
  compoundAnnualReturn,
  TRADING_DAYS_PER_YEAR,
} from "./returns/annualize.ts";
export { fillShortGaps } from "./returns/fill-short-gaps.ts";
export { logReturns } from "./returns/log-returns.ts";
export { lognormalHorizon } from "./returns/lognormal-horizon.ts";
export { returnsWithGaps } from "./returns/returns-with-gaps.ts";
export { simpleReturns } from "./returns/simple-returns.ts";
export {
  cokurtosisMatrix,
  coskewnessMatrix,
  type HigherMomentParts,
  higherMomentParts,
} from "./risk/co-moments.ts";
export { type Drawdown, maximumDrawdown } from "./risk/maximum-drawdown.ts";
export { measureRisk, type RiskGradient, riskGradient } from "./risk/measures/measure-risk.ts";
export { homogeneityDegree, type RiskMeasure } from "./risk/measures/risk-measure.ts";
export { type RiskRatio, ratioName, riskRatio } from "./risk/measures/risk-ratio.ts";
export { type RiskDecomposition, riskContributions } from "./risk/risk-contributions.ts";
export { bootstrapEstimates } from "./robust/estimate-draws.ts";
export {
  type EstimateDraws,
  meanBox,
  meanEllipsoid,
  worstCovarianceOfBall,
  worstCovarianceOfBox,
} from "./robust/uncertainty-set.ts";
export { bootstrapScenarios } from "./scenarios/bootstrap.ts";
export { fitDegrees, simulateScenarios } from "./scenarios/elliptical.ts";
export { ellipticalCopulaScenarios } from "./scenarios/elliptical-copula.ts";
export {
  exponentialScenarios,
  historicalScenarios,
  type ScenarioSet,
  scenarioCovariance,
  scenarioMean,
} from "./scenarios/scenario-set.ts";
export { conditionalScenarios, fitVine, vineScenarios } from "./scenarios/vine-copula.ts";
export { chiSquaredQuantile } from "./statistics/chi-squared.ts";
export { type LMoments, lMoments } from "./statistics/l-moments.ts";
export {
  type ConditionalScenario,
  type ConditionalShock,
  type ContradictoryShocks,
  conditionalShock,
} from "./stress/conditional-shock.ts";
export { type FactorShock, factorBetas, factorShock } from "./stress/factor-shock.ts";
export {
  historicalStress,
  type StressHoldings,
  type StressOutcome,
  type StressProxy,
} from "./stress/historical-stress.ts";
export { STRESS_WINDOWS, type StressWindow } from "./stress/historical-windows.ts";
export { fitReturnModel, type ReturnModel } from "./stress/return-model.ts";
export {
  type SimulatedProbability,
  simulateWealth,
  type WealthFan,
  type WealthPlan,
  type WealthSimulation,
} from "./stress/simulate-wealth.ts";
export {
  blackLittermanPosterior,
  type ContradictoryViews,
  type LinearViews,
  type Posterior,
  type Prior,
} from "./views/black-litterman.ts";
export type { DistributionView } from "./views/distribution-view.ts";
export { type EntropyPoolingResult, entropyPooling } from "./views/entropy-pooling.ts";
export {
  type AugmentedPosterior,
  augmentedPosterior,
  bayesianFactorPosterior,
  type FactorLoadings,
  type FactorPosterior,
} from "./views/factor-black-litterman.ts";
export {
  type NamedView,
  type ParsedViews,
  parseDistributionViews,
  parseReturnView,
  type ReturnView,
} from "./views/parse-view.ts";
export { poolOpinions } from "./views/pool-opinions.ts";
export type { Measured, PriorValue } from "./views/view-functions.ts";
export type { ViewUncertainty } from "./views/view-uncertainty.ts";
export { measuredValue, viewValue } from "./views/view-value.ts";
