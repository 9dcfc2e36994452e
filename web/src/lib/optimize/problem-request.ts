import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  CovarianceSchema,
  ExpectedReturnsSchema,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import type {
  OptimizePortfolioRequest,
  OptimizePortfolioRequestSchema,
  TraceFrontierRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { settingsInit, storedSettings } from "./covariance-settings.ts";
import { selectionInit, storedForecast } from "./forecast-choice.ts";
import { goalFromObjective, objectiveInit } from "./goal-request.ts";
import { limitsInit, readLimits } from "./limits.ts";
import {
  type CovarianceMethod,
  DEFAULT_PROBLEM,
  type ExpectedReturnsMethod,
  effectiveMaxWeight,
  PLAIN_COVARIANCES,
  type PlainCovariance,
  type Problem,
} from "./problem.ts";
import { measureInit, type RiskMeasure } from "./risk-measures.ts";
import { scenariosInit, storedScenarios } from "./scenario-choice.ts";
import {
  NO_VIEWS,
  type Views,
  viewsFromBlackLitterman,
  viewsFromExpressions,
  viewsFromSelection,
  viewsInit,
} from "./views.ts";

type OptimizeInit = Exclude<
  MessageInitShape<typeof OptimizePortfolioRequestSchema>,
  OptimizePortfolioRequest
>;
type TraceInit = MessageInitShape<typeof TraceFrontierRequestSchema>;
type ExpectedReturnsInit = NonNullable<MessageInitShape<typeof ExpectedReturnsSchema>["method"]>;
type CovarianceInit = NonNullable<MessageInitShape<typeof CovarianceSchema>["method"]>;

const BAND_POINTS = 40;
const BAND_DRAWS = 200;
// Any seed will do; the same one gives the same band.
const BAND_SEED = 1;
const COMPARED_POINTS = 30;

/** Number of the form in the contract, whose own list of names would weigh on the first page. */
const GERBER_FORM_1 = 2;
/** Weight of the target of a given shrinkage, which the contract has no default for. */
const DEFAULT_INTENSITY = 0.5;

/** Measures that every answer reports, whatever it optimizes. */
const REPORTED: readonly RiskMeasure[] = [
  { kind: "semideviation" },
  { kind: "conditional-value-at-risk", level: 0.95 },
  { kind: "maximum-drawdown" },
];

/** The request whose answer is the chosen portfolio. */
export function optimizeRequest(problem: Problem): OptimizeInit {
  return {
    ...sharedFields(problem),
    objective: objectiveInit(problem.goal, problem.symbols),
    reportMeasures: REPORTED.map(measureInit),
  };
}

/** The request whose answer is the whole frontier, with the estimates that let the page move along it. */
export function frontierRequest(problem: Problem): TraceInit {
  return { ...sharedFields(onFrontierTerms(problem)), includeEstimates: true };
}

/** Dataset as the contract names it. */
export function datasetReference({ id, revision }: Problem["dataset"]) {
  return { id, revision };
}

/** The request whose answer is the band of uncertainty around the frontier. */
export function bandRequest(problem: Problem): TraceInit {
  return {
    ...sharedFields(onFrontierTerms(problem)),
    pointCount: BAND_POINTS,
    band: { drawCount: BAND_DRAWS, seed: BAND_SEED },
  };
}

/** The request whose answer is the frontier of another measure of risk. */
export function comparedRequest(problem: Problem, measure: RiskMeasure): TraceInit {
  return {
    ...sharedFields(onFrontierTerms(problem)),
    pointCount: COMPARED_POINTS,
    measure: measureInit(measure),
  };
}

/** A problem with those limits only that a frontier keeps to: bounds, and sums of weights. */
function onFrontierTerms(problem: Problem): Problem {
  const { bounds, groups, linear, budgetRange } = problem.limits;
  return { ...problem, limits: readLimits({ bounds, groups, linear, budgetRange }) };
}

/** All limits on the weights, as the contract writes them. */
export function constraintsInit(problem: Problem) {
  return {
    ...limitsInit(problem.limits),
    defaultMin: problem.minWeight,
    defaultMax: effectiveMaxWeight(problem),
  };
}

function sharedFields(problem: Problem) {
  const views = viewsInit(problem.views);
  const scenarios = scenariosInit(problem.scenarios);
  return {
    symbols: [...problem.symbols],
    startDate: problem.startDate,
    endDate: problem.endDate,
    dataset: datasetReference(problem.dataset),
    riskFreeRatePerYear: problem.riskFreeRate,
    horizonDays: problem.horizonDays,
    expectedReturns: {
      method: expectedReturnsField(problem.expectedReturns),
      ...(views && { views }),
    },
    covariance: { method: covarianceField(problem.covariance) },
    ...(scenarios && { scenarios }),
    constraints: constraintsInit(problem),
  };
}

function expectedReturnsField(method: ExpectedReturnsMethod): ExpectedReturnsInit {
  switch (method.kind) {
    case "exponential":
      return { case: "exponential", value: { halfLifeDays: method.halfLifeDays } };
    case "equilibrium":
      return { case: "equilibrium", value: { riskAversion: method.riskAversion } };
    case "forecast":
      return { case: "forecast", value: { version: selectionInit(method) } };
    case "james-stein":
      return { case: "jamesStein", value: {} };
    case "bayes-stein":
      return { case: "bayesStein", value: {} };
    case "compound-mean":
      return { case: "compoundMean", value: {} };
    case "bodnar-okhrin-parolya":
      return { case: "bodnarOkhrinParolya", value: {} };
    case "capital-asset-pricing":
      return { case: "capitalAssetPricing", value: {} };
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
  "thresholded-components": { case: "thresholdedComponents", value: {} },
  gerber: { case: "gerber", value: { form: GERBER_FORM_1 } },
  "graphical-lasso": { case: "graphicalLasso", value: {} },
  "local-global": { case: "localGlobal", value: {} },
  "minimum-covariance-determinant": { case: "minimumCovarianceDeterminant", value: {} },
  "regime-adjusted": { case: "regimeAdjusted", value: {} },
  semicovariance: { case: "semicovariance", value: {} },
  "unequal-histories": { case: "unequalHistories", value: {} },
  "given-shrinkage": { case: "givenShrinkage", value: { intensity: DEFAULT_INTENSITY } },
} as const satisfies Record<PlainCovariance, CovarianceInit>;

/** How the covariance is estimated, as the contract writes it. */
export function covarianceField(method: CovarianceMethod): CovarianceInit {
  if (method.kind === "exponential") {
    return { case: "exponential", value: { halfLifeDays: method.halfLifeDays } };
  }
  if (method.kind === "forecast") {
    return { case: "forecastVolatility", value: { version: selectionInit(method) } };
  }
  const { case: name, value } = COVARIANCE_CASES[method.kind];
  return {
    case: name,
    value: { ...value, ...settingsInit(method.settings ?? {}) },
  } as CovarianceInit;
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
    horizonDays: request.horizonDays,
    expectedReturns: readExpectedReturns(request),
    covariance: readCovariance(request),
    scenarios: storedScenarios(request.scenarios),
    goal: goalFromObjective(request.objective, request.symbols) ?? DEFAULT_PROBLEM.goal,
    minWeight: request.constraints?.defaultMin ?? 0,
    maxWeight: request.constraints?.defaultMax ?? 1,
    limits: readLimits(request.constraints),
    views: readStoredViews(request),
    band: false,
    comparedMeasure: undefined,
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
    case "forecast":
      return storedForecast(method.value.version) ?? DEFAULT_PROBLEM.expectedReturns;
    case "jamesStein":
      return { kind: "james-stein" };
    case "bayesStein":
      return { kind: "bayes-stein" };
    case "compoundMean":
      return { kind: "compound-mean" };
    case "bodnarOkhrinParolya":
      return { kind: "bodnar-okhrin-parolya" };
    case "capitalAssetPricing":
      return { kind: "capital-asset-pricing" };
    default:
      return { kind: "historical-mean" };
  }
}

function readCovariance({ covariance }: OptimizePortfolioRequest): CovarianceMethod {
  const method = covariance?.method;
  if (method?.case === "exponential") {
    return { kind: "exponential", halfLifeDays: method.value.halfLifeDays };
  }
  if (method?.case === "forecastVolatility") {
    return storedForecast(method.value.version) ?? DEFAULT_PROBLEM.covariance;
  }
  const kind = PLAIN_COVARIANCES.find((plain) => COVARIANCE_CASES[plain].case === method?.case);
  const settings =
    kind && method?.value && storedSettings(kind, withoutDefaults(kind, method.value));
  return { kind: kind ?? "ledoit-wolf", ...(settings && { settings }) };
}

function withoutDefaults(kind: PlainCovariance, message: object): object {
  const usual: Readonly<Record<string, unknown>> = COVARIANCE_CASES[kind].value;
  return Object.fromEntries(
    Object.entries(message).filter(([name, value]) => usual[name] !== value),
  );
}

function readStoredViews({ expectedReturns }: OptimizePortfolioRequest): Views {
  const method = expectedReturns?.views?.method;
  switch (method?.case) {
    case "blackLitterman":
      return viewsFromBlackLitterman(method.value);
    case "entropyPooling": {
      const { views, opinions, confidence = 1 } = method.value;
      if (opinions.length > 0) {
        const single = opinions.filter((opinion) => opinion.views.length === 1);
        return viewsFromExpressions(
          "opinion-pooling",
          single.map(({ views: [expression = ""], probability }) => ({
            expression,
            confidence: probability,
          })),
        );
      }
      return viewsFromExpressions(
        "entropy-pooling",
        views.map((expression) => ({ expression, confidence })),
      );
    }
    case "forecast":
      return viewsFromSelection(method.value.version);
    default:
      return NO_VIEWS;
  }
}
