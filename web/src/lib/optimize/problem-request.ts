import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type CovarianceSchema,
  type ExpectedReturnsSchema,
  GerberForm,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import type { ObjectiveSchema } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import type {
  OptimizePortfolioRequest,
  OptimizePortfolioRequestSchema,
  TraceFrontierRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import {
  type CovarianceMethod,
  DEFAULT_PROBLEM,
  type ExpectedReturnsMethod,
  effectiveMaxWeight,
  type Goal,
  PLAIN_COVARIANCES,
  type PlainCovariance,
  type Problem,
} from "./problem.ts";

type OptimizeInit = Exclude<
  MessageInitShape<typeof OptimizePortfolioRequestSchema>,
  OptimizePortfolioRequest
>;
type TraceInit = MessageInitShape<typeof TraceFrontierRequestSchema>;
type GoalInit = NonNullable<MessageInitShape<typeof ObjectiveSchema>["goal"]>;
type ExpectedReturnsInit = NonNullable<MessageInitShape<typeof ExpectedReturnsSchema>["method"]>;
type CovarianceInit = NonNullable<MessageInitShape<typeof CovarianceSchema>["method"]>;

/** The request whose answer is the chosen portfolio. */
export function optimizeRequest(problem: Problem): OptimizeInit {
  return { ...sharedFields(problem), objective: { goal: goalField(problem.goal) } };
}

/** The request whose answer is the whole frontier, with the estimates that let the page move along it. */
export function frontierRequest(problem: Problem): TraceInit {
  return { ...sharedFields(problem), includeEstimates: true };
}

/** Dataset as the contract names it. */
export function datasetReference({ id, revision }: Problem["dataset"]) {
  return { id, revision };
}

function sharedFields(problem: Problem) {
  return {
    symbols: [...problem.symbols],
    startDate: problem.startDate,
    endDate: problem.endDate,
    dataset: datasetReference(problem.dataset),
    riskFreeRatePerYear: problem.riskFreeRate,
    expectedReturns: { method: expectedReturnsField(problem.expectedReturns) },
    covariance: { method: covarianceField(problem.covariance) },
    constraints: {
      defaultMin: problem.minWeight,
      defaultMax: effectiveMaxWeight(problem),
    },
  };
}

function expectedReturnsField(method: ExpectedReturnsMethod): ExpectedReturnsInit {
  switch (method.kind) {
    case "exponential":
      return { case: "exponential", value: { halfLifeDays: method.halfLifeDays } };
    case "equilibrium":
      return { case: "equilibrium", value: { riskAversion: method.riskAversion } };
    case "james-stein":
      return { case: "jamesStein", value: {} };
    case "bayes-stein":
      return { case: "bayesStein", value: {} };
    case "historical-mean":
      return { case: "historicalMean", value: {} };
  }
}

/** Covariance methods as the contract writes them, with its defaults. */
const COVARIANCE_CASES = {
  "ledoit-wolf": { case: "ledoitWolf", value: {} },
  "constant-correlation": { case: "constantCorrelation", value: {} },
  "single-factor": { case: "singleFactor", value: {} },
  oas: { case: "oas", value: {} },
  sample: { case: "sample", value: {} },
  denoised: { case: "denoised", value: {} },
  "factor-model": { case: "factorModel", value: {} },
  gerber: { case: "gerber", value: { form: GerberForm.GERBER_FORM_1 } },
  "graphical-lasso": { case: "graphicalLasso", value: {} },
  "local-global": { case: "localGlobal", value: {} },
  "minimum-covariance-determinant": { case: "minimumCovarianceDeterminant", value: {} },
  "regime-adjusted": { case: "regimeAdjusted", value: {} },
  semicovariance: { case: "semicovariance", value: {} },
  "unequal-histories": { case: "unequalHistories", value: {} },
} as const satisfies Record<PlainCovariance, CovarianceInit>;

/** How the covariance is estimated, as the contract writes it. */
export function covarianceField(method: CovarianceMethod): CovarianceInit {
  return method.kind === "exponential"
    ? { case: "exponential", value: { halfLifeDays: method.halfLifeDays } }
    : COVARIANCE_CASES[method.kind];
}

function goalField(goal: Goal): GoalInit {
  switch (goal.kind) {
    case "minimum-variance":
      return { case: "minimumVariance", value: {} };
    case "maximum-sharpe":
      return { case: "maximumSharpe", value: {} };
    case "target-return":
      return { case: "targetReturn", value: { returnPerYear: goal.value } };
    case "target-volatility":
      return { case: "targetVolatility", value: { volatilityPerYear: goal.value } };
    case "maximum-utility":
      return { case: "maximumUtility", value: { riskAversion: goal.value } };
    case "equal-weight":
      return { case: "equalWeight", value: {} };
    case "inverse-volatility":
      return { case: "inverseVolatility", value: {} };
    case "risk-parity":
      return { case: "riskParity", value: {} };
    case "hierarchical-risk-parity":
      return { case: "hierarchicalRiskParity", value: {} };
    case "maximum-diversification":
      return { case: "maximumDiversification", value: {} };
  }
}

/** Reads a stored request back into the problem that made it. What the page cannot show keeps its default. */
export function problemFromRequest(request: OptimizePortfolioRequest, cash: number): Problem {
  return {
    symbols: request.symbols,
    dataset: {
      id: request.dataset?.id || DEFAULT_PROBLEM.dataset.id,
      revision: request.dataset?.revision ?? 0,
    },
    startDate: request.startDate,
    endDate: request.endDate,
    riskFreeRate: request.riskFreeRatePerYear,
    expectedReturns: readExpectedReturns(request),
    covariance: readCovariance(request),
    goal: readGoal(request),
    minWeight: request.constraints?.defaultMin ?? 0,
    maxWeight: request.constraints?.defaultMax ?? 1,
    cash: cash > 0 ? cash : DEFAULT_PROBLEM.cash,
  };
}

function readExpectedReturns({ expectedReturns }: OptimizePortfolioRequest): ExpectedReturnsMethod {
  const method = expectedReturns?.method;
  switch (method?.case) {
    case "exponential":
      return { kind: "exponential", halfLifeDays: method.value.halfLifeDays };
    case "equilibrium":
      return { kind: "equilibrium", riskAversion: method.value.riskAversion };
    case "jamesStein":
      return { kind: "james-stein" };
    case "bayesStein":
      return { kind: "bayes-stein" };
    default:
      return { kind: "historical-mean" };
  }
}

function readCovariance({ covariance }: OptimizePortfolioRequest): CovarianceMethod {
  const method = covariance?.method;
  if (method?.case === "exponential") {
    return { kind: "exponential", halfLifeDays: method.value.halfLifeDays };
  }
  const kind = PLAIN_COVARIANCES.find((plain) => COVARIANCE_CASES[plain].case === method?.case);
  return { kind: kind ?? "ledoit-wolf" };
}

function readGoal({ objective }: OptimizePortfolioRequest): Goal {
  const goal = objective?.goal;
  switch (goal?.case) {
    case "minimumVariance":
      return { kind: "minimum-variance" };
    case "targetReturn":
      return { kind: "target-return", value: goal.value.returnPerYear };
    case "targetVolatility":
      return { kind: "target-volatility", value: goal.value.volatilityPerYear };
    case "maximumUtility":
      return { kind: "maximum-utility", value: goal.value.riskAversion };
    case "equalWeight":
      return { kind: "equal-weight" };
    case "inverseVolatility":
      return { kind: "inverse-volatility" };
    case "riskParity":
      return { kind: "risk-parity" };
    case "hierarchicalRiskParity":
      return { kind: "hierarchical-risk-parity" };
    case "maximumDiversification":
      return { kind: "maximum-diversification" };
    default:
      return { kind: "maximum-sharpe" };
  }
}
