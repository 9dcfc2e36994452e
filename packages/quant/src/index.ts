export { constantCorrelationCovariance } from "./covariance/constant-correlation.ts";
export { correlationFromCovariance } from "./covariance/correlation.ts";
export { exponentialCovariance } from "./covariance/exponential-covariance.ts";
export { ledoitWolfCovariance } from "./covariance/ledoit-wolf.ts";
export { oracleApproximatingCovariance } from "./covariance/oracle-approximating-shrinkage.ts";
export {
  type PositiveSemidefiniteRepair,
  repairPositiveSemidefinite,
} from "./covariance/positive-semidefinite.ts";
export { sampleCovariance } from "./covariance/sample-covariance.ts";
export type { ShrunkCovariance } from "./covariance/shrinkage.ts";
export { singleFactorCovariance } from "./covariance/single-factor.ts";
export { ArgumentError } from "./errors.ts";
export { bayesSteinMean } from "./expected-returns/bayes-stein.ts";
export { equilibriumReturns } from "./expected-returns/equilibrium.ts";
export { exponentialMean } from "./expected-returns/exponential-mean.ts";
export { historicalMean } from "./expected-returns/historical-mean.ts";
export { jamesSteinMean } from "./expected-returns/james-stein.ts";
export {
  dot,
  type Matrix,
  matrixFromRows,
  multiplyVector,
  quadraticForm,
} from "./linalg/matrix.ts";
export type {
  QuadraticForm,
  QuadraticProgram,
  QuadraticProgramInfeasible,
  QuadraticProgramOptimum,
  QuadraticProgramResult,
  WorkingSet,
} from "./optimize/active-set/quadratic-program.ts";
export type { KinkedTerm, SeparableProgram } from "./optimize/active-set/separable-program.ts";
export { solveQuadraticProgram } from "./optimize/active-set/solve-quadratic-program.ts";
export {
  type SeparableProgramOptimum,
  type SeparableProgramResult,
  solveSeparableProgram,
} from "./optimize/active-set/solve-separable-program.ts";
export { type Conflict, findConflicts } from "./optimize/conflicts.ts";
export type { ConstraintRef, GroupBound, WeightConstraints } from "./optimize/constraints.ts";
export { traceFrontier } from "./optimize/critical-line/trace-frontier.ts";
export { equalWeight } from "./optimize/equal-weight.ts";
export type {
  EfficientFrontier,
  FrontierResult,
  MeanVarianceProblem,
  TurningPoint,
} from "./optimize/frontier.ts";
export {
  type FrontierPoint,
  minimumVariance,
  type OutOfRange,
  pointAtReturn,
  pointAtVolatility,
} from "./optimize/frontier-point.ts";
export {
  type HierarchicalRiskParityPortfolio,
  hierarchicalRiskParity,
} from "./optimize/hierarchical-risk-parity.ts";
export type {
  Activity,
  CountLimit,
  IntegerProgram,
  IntegerProgramResult,
  IntegerProgramSolution,
  SearchLimits,
} from "./optimize/integer/integer-program.ts";
export { solveIntegerProgram } from "./optimize/integer/solve-integer-program.ts";
export { interpolateFrontier } from "./optimize/interpolate-frontier.ts";
export {
  type InverseVolatilityPortfolio,
  inverseVolatility,
} from "./optimize/inverse-volatility.ts";
export { traceDiversification } from "./optimize/maximum-diversification.ts";
export { type MaximumSharpePoint, maximumSharpe } from "./optimize/maximum-sharpe.ts";
export { maximumUtility } from "./optimize/maximum-utility.ts";
export { type RiskParityPortfolio, riskParity } from "./optimize/risk-parity.ts";
export type { ConstraintViolation, RulePortfolio } from "./optimize/rule-portfolio.ts";
export type { ZeroVolatility } from "./optimize/volatilities.ts";
export { allocateShares, type ShareAllocation } from "./rebalance/allocate-shares.ts";
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
export { logReturns } from "./returns/log-returns.ts";
export { simpleReturns } from "./returns/simple-returns.ts";
export { type Drawdown, maximumDrawdown } from "./risk/maximum-drawdown.ts";
export { type RiskDecomposition, riskContributions } from "./risk/risk-contributions.ts";
