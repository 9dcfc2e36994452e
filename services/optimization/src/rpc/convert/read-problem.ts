import type {
  OptimizePortfolioRequest,
  TraceFrontierRequest,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type { PortfolioMeasure } from "@portfolio/quant";
import { isPriceFree } from "../../domain/methods.ts";
import type {
  FrontierProblem,
  OptimizationProblem,
  PortfolioProblem,
  Resampling,
} from "../../domain/portfolio-problem.ts";
import { readConstraints } from "./read-constraints.ts";
import { readCovariance } from "./read-covariance.ts";
import { readCustomTerms } from "./read-custom-terms.ts";
import { readDiscreteness } from "./read-discreteness.ts";
import { readExpectedReturns } from "./read-estimates.ts";
import { readPortfolioLimits } from "./read-limits.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readObjective } from "./read-objective.ts";
import { readPrices } from "./read-prices.ts";
import { readRiskMeasure } from "./read-risk-measure.ts";
import { readRobustness } from "./read-robustness.ts";
import { readNames } from "./read-rows.ts";
import { readScenarios } from "./read-scenarios.ts";
import { readRequestSymbols, type SymbolList } from "./read-symbols.ts";
import { readViews } from "./read-views.ts";
import { refuse } from "./refuse.ts";

/** Reads a request to optimize. @throws {AppError} Names every field at fault. */
export function readOptimization(request: OptimizePortfolioRequest): OptimizationProblem {
  const list = readSymbolList(request);
  const { objective, targetField } = readObjective(request.objective, list);
  return {
    ...readProblem(request, list),
    objective,
    targetField,
    discreteness: readDiscreteness(request.constraints, list),
    customTerms: readCustomTerms(request.objective?.customTerms, list.symbols.length),
    robustness: readRobustness(request.objective?.robustness, list.symbols.length),
    reportMeasures: request.reportMeasures.map((measure, k) =>
      readRiskMeasure(measure, `report_measures[${k}]`),
    ),
  };
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
  const measure =
    request.measure === undefined ? VARIANCE : readRiskMeasure(request.measure, "measure");
  return { ...problem, pointCount, includeEstimates, measure, band: readBand(request, problem) };
}

// Frontiers times squared assets that take about ten seconds.
const BAND_WORK_MAX = 2e7;

function readBand(
  { band }: TraceFrontierRequest,
  problem: PortfolioProblem,
): Resampling | undefined {
  if (band === undefined) {
    return;
  }
  if (isPriceFree(problem)) {
    refuse("REQUEST_INVALID", "band", "estimates that are given rest on no history to resample");
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
}: OptimizePortfolioRequest | TraceFrontierRequest): SymbolList {
  const means = expectedReturns?.method.case;
  const needsDays =
    expectedReturns?.views?.method.case === "entropyPooling" && scenarios?.method.case !== "given";
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
  const { expectedReturns, covariance } = request;
  const assetCount = list.symbols.length;
  const problem = {
    symbols: list.symbols,
    prices: readPrices(request),
    riskFreeRatePerYear: readRiskFreeRate(request.riskFreeRatePerYear),
    expectedReturns: readExpectedReturns(expectedReturns, assetCount),
    covariance: readCovariance(covariance, assetCount, { kind: "ledoit-wolf" }),
    scenarios: readScenarios(request.scenarios, assetCount),
    constraints: readConstraints(request.constraints, list),
    portfolioLimits: readPortfolioLimits(request.constraints, list),
  };
  const names = readNames(request.constraints, list);
  return { ...problem, views: readViews(expectedReturns?.views, names) };
}
