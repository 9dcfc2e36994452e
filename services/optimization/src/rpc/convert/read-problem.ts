import type {
  OptimizePortfolioRequest,
  TraceFrontierRequest,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type {
  FrontierProblem,
  OptimizationProblem,
  PortfolioProblem,
} from "../../domain/portfolio-problem.ts";
import { readConstraints } from "./read-constraints.ts";
import { readDiscreteness } from "./read-discreteness.ts";
import { readCovariance, readExpectedReturns } from "./read-estimates.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readObjective } from "./read-objective.ts";
import { readPrices } from "./read-prices.ts";
import { readRequestSymbols, type SymbolList } from "./read-symbols.ts";
import { refuse } from "./refuse.ts";

/** Reads a request to optimize. @throws {AppError} Names every field at fault. */
export function readOptimization(request: OptimizePortfolioRequest): OptimizationProblem {
  const list = readSymbolList(request);
  return {
    ...readProblem(request, list),
    objective: readObjective(request.objective, list),
    discreteness: readDiscreteness(request.constraints, list),
  };
}

/** Reads a request for the frontier. @throws {AppError} Names every field at fault. */
export function readFrontier(request: TraceFrontierRequest): FrontierProblem {
  const { pointCount, includeEstimates } = request;
  if (pointCount === 1) {
    refuse("REQUEST_INVALID", "point_count", "1 is neither 0 nor at least 2");
  }
  return { ...readProblem(request, readSymbolList(request)), pointCount, includeEstimates };
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
}: OptimizePortfolioRequest | TraceFrontierRequest): SymbolList {
  const means = expectedReturns?.method.case;
  const isPriceFree =
    covariance?.method.case === "given" && (means === "given" || means === "equilibrium");
  return readRequestSymbols(symbols, isPriceFree);
}

function readProblem(
  request: OptimizePortfolioRequest | TraceFrontierRequest,
  list: SymbolList,
): PortfolioProblem {
  const { expectedReturns, covariance } = request;
  const assetCount = list.symbols.length;
  return {
    symbols: list.symbols,
    prices: readPrices(request),
    riskFreeRatePerYear: readRiskFreeRate(request.riskFreeRatePerYear),
    expectedReturns: readExpectedReturns(expectedReturns, assetCount),
    covariance: readCovariance(covariance, assetCount, { kind: "ledoit-wolf" }),
    constraints: readConstraints(request.constraints, list),
  };
}
