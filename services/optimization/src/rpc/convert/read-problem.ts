import type {
  EstimateMomentsRequest,
  OptimizePortfolioRequest,
  TraceFrontierRequest,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { isOfCovariance, type PortfolioMeasure } from "@portfolio/quant";
import { isLimited } from "../../domain/frontier-goal.ts";
import { isPriceFree, type Objective } from "../../domain/methods.ts";
import { needsSearch } from "../../domain/needs-search.ts";
import { countsAssets, NETWORK_FIELD } from "../../domain/network-limits.ts";
import type {
  EstimationProblem,
  FrontierProblem,
  OptimizationProblem,
  PortfolioProblem,
  Resampling,
} from "../../domain/portfolio-problem.ts";
import type { ViewNames } from "../../domain/views-method.ts";
import { readConstraints } from "./read-constraints.ts";
import { readCovariance } from "./read-covariance.ts";
import { readCustomTerms } from "./read-custom-terms.ts";
import { readDiscreteness } from "./read-discreteness.ts";
import { readExpectedReturns } from "./read-estimates.ts";
import { readForecastQueries } from "./read-forecast-queries.ts";
import { readGroupNames, readNames } from "./read-groups.ts";
import { readHorizon, refuseHorizon } from "./read-horizon.ts";
import { readPortfolioLimits } from "./read-limits.ts";
import { readNetwork } from "./read-network.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readObjective } from "./read-objective.ts";
import { readPrices } from "./read-prices.ts";
import { readConvexMeasure, readRiskMeasure, refuseMeasure } from "./read-risk-measure.ts";
import { readRobustness } from "./read-robustness.ts";
import { readScenarios } from "./read-scenarios.ts";
import { readRequestSymbols, type SymbolList } from "./read-symbols.ts";
import { readViews } from "./read-views.ts";
import { refuse } from "./refuse.ts";
import { refuseGoalExtras } from "./refuse-goal-extras.ts";

type EstimationRequest = EstimateMomentsRequest | OptimizePortfolioRequest | TraceFrontierRequest;

/** Reads a request to optimize. @throws {AppError} Names every field at fault. */
export function readOptimization(request: OptimizePortfolioRequest): OptimizationProblem {
  const list = readSymbolList(request);
  const { objective, targetField } = readObjective(request.objective, list);
  refuseGoalExtras(request.objective, objective);
  refuseWithoutBenchmark(request, objective);
  const problem = readProblem(request, list);
  const search = readDiscreteness(request.constraints, list);
  const robustness = readRobustness(request.objective?.robustness, list.symbols.length);
  if (robustness !== undefined && problem.horizonDays !== undefined) {
    refuseHorizon("robustness is about errors of daily estimates");
  }
  return {
    ...problem,
    objective,
    targetField,
    discreteness: needsSearch(search, { ...problem, objective }) ? search : undefined,
    customTerms: readCustomTerms(request.objective?.customTerms, list.symbols.length),
    robustness,
    reportMeasures: request.reportMeasures.map((measure, k) =>
      readRiskMeasure(measure, `report_measures[${k}]`),
    ),
  };
}

function refuseWithoutBenchmark(
  { constraints }: OptimizePortfolioRequest,
  objective: Objective,
): void {
  const isTracking = objective.kind === "goal" && objective.goal.kind === "benchmark-tracking";
  if (isTracking && constraints?.trackingError === undefined) {
    refuse("BENCHMARK_MISSING", "constraints.tracking_error", "give the benchmark to track");
  }
}

/** Reads a request for estimates. @throws {AppError} Names every field at fault. */
export function readEstimation(request: EstimateMomentsRequest): EstimationProblem {
  const list = readSymbolList(request);
  const problem = readEstimates(request, list, readGroupNames(request.groups, list, "groups"));
  return { ...problem, includeCoMoments: readCoMoments(request, problem) };
}

const CO_MOMENT_SYMBOLS_MAX = 20;

function readCoMoments(
  { includeCoMoments }: EstimateMomentsRequest,
  problem: EstimationProblem,
): true | undefined {
  if (!includeCoMoments) {
    return;
  }
  const count = problem.symbols.length;
  if (count > CO_MOMENT_SYMBOLS_MAX) {
    const most = `${count} symbols are over ${CO_MOMENT_SYMBOLS_MAX}`;
    refuse("REQUEST_INVALID", "include_co_moments", most);
  }
  if (isPriceFree(problem)) {
    refuse("REQUEST_INVALID", "include_co_moments", "estimates that are given rest on no returns");
  }
  return true;
}

const VARIANCE: PortfolioMeasure = { kind: "variance" };

/** Reads a request for the frontier. @throws {AppError} Names every field at fault. */
export function readFrontier(request: TraceFrontierRequest): FrontierProblem {
  const { pointCount, includeEstimates } = request;
  if (pointCount === 1) {
    refuse("REQUEST_INVALID", "point_count", "1 is neither 0 nor at least 2");
  }
  if (request.constraints?.discreteness !== undefined) {
    refuse("DISCRETENESS_UNSUPPORTED", "constraints.discreteness", "a frontier has no such limits");
  }
  const problem = readProblem(request, readSymbolList(request));
  if (problem.network !== undefined && countsAssets(problem.network)) {
    refuse("DISCRETENESS_UNSUPPORTED", NETWORK_FIELD, "a frontier limits the centrality alone");
  }
  const measure =
    request.measure === undefined ? VARIANCE : readConvexMeasure(request.measure, "measure");
  refuseSearchedLimits(problem);
  return {
    ...problem,
    pointCount,
    includeEstimates,
    measure,
    band: readBand(request, problem, measure),
  };
}

function refuseSearchedLimits({ portfolioLimits: { riskLimits = [] } }: PortfolioProblem): void {
  const index = riskLimits.findIndex((limit) => limit.measure.kind === "var");
  if (index >= 0) {
    refuseMeasure(`constraints.risk_limits[${index}].measure`);
  }
}

// Frontiers times squared assets that take about ten seconds.
const BAND_WORK_MAX = 2e7;

function readBand(
  { band }: TraceFrontierRequest,
  problem: PortfolioProblem,
  measure: PortfolioMeasure,
): Resampling | undefined {
  if (band === undefined) {
    return;
  }
  if (!isOfCovariance(measure) || isLimited(problem.portfolioLimits)) {
    refuse("REQUEST_INVALID", "band", "only a frontier of variance under linear limits has one");
  }
  if (isPriceFree(problem)) {
    refuse("REQUEST_INVALID", "band", "estimates that are given rest on no history to resample");
  }
  if (problem.horizonDays !== undefined) {
    refuseHorizon("a band resamples daily returns");
  }
  const most = Math.max(
    2,
    Math.min(10_000, Math.floor(BAND_WORK_MAX / problem.symbols.length ** 2)),
  );
  checkNumbers([{ field: "band.draw_count", value: band.drawCount, min: 2, max: most }]);
  return { drawCount: band.drawCount, seed: band.seed };
}

/**
 * Reads the risk-free rate, a fraction per year.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`.
 */
export function readRiskFreeRate(value: number): number {
  checkNumbers([{ field: "risk_free_rate_per_year", value, min: -1, max: 1 }]);
  return value;
}

function readSymbolList({
  symbols,
  expectedReturns,
  covariance,
  scenarios,
}: EstimationRequest): SymbolList {
  const means = expectedReturns?.method.case;
  const views = expectedReturns?.views?.method;
  const needsDays =
    views?.case === "entropyPooling"
      ? scenarios?.method.case !== "given"
      : views?.case === "blackLitterman" && views.value.factors.length > 0;
  const isPriceFree =
    covariance?.method.case === "given" &&
    (means === "given" || means === "equilibrium") &&
    !needsDays;
  return readRequestSymbols(symbols, isPriceFree);
}

function readProblem(
  request: OptimizePortfolioRequest | TraceFrontierRequest,
  list: SymbolList,
): PortfolioProblem {
  const constraints = readConstraints(request.constraints, list);
  return {
    ...readEstimates(request, list, readNames(request.constraints?.groups ?? [], list)),
    constraints,
    network: readNetwork(request.constraints?.network, list.symbols.length),
    portfolioLimits: readPortfolioLimits(request.constraints, list),
  };
}

function readEstimates(
  request: EstimationRequest,
  list: SymbolList,
  names: ViewNames,
): EstimationProblem {
  const { expectedReturns, covariance } = request;
  const assetCount = list.symbols.length;
  const problem = {
    symbols: list.symbols,
    prices: readPrices(request),
    riskFreeRatePerYear: readRiskFreeRate(request.riskFreeRatePerYear),
    expectedReturns: readExpectedReturns(expectedReturns, assetCount),
    covariance: readCovariance(covariance, assetCount, { kind: "ledoit-wolf" }),
    scenarios: readScenarios(request.scenarios, assetCount),
    views: readViews(expectedReturns?.views, names),
    forecasts: readForecastQueries(expectedReturns, covariance),
  };
  return { ...problem, horizonDays: readHorizon(request.horizonDays, problem) };
}
