import type {
  AllocateSharesRequest,
  AnalyzePortfolioRequest,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type { Position as WirePosition } from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import type {
  AllocationProblem,
  AnalysisProblem,
  Position,
} from "../../domain/portfolio-problem.ts";
import { readCovariance } from "./read-covariance.ts";
import { checkFinite, checkNumbers } from "./read-numbers.ts";
import { readDataset, readPrices } from "./read-prices.ts";
import { readRiskFreeRate } from "./read-problem.ts";
import { readRiskMeasure } from "./read-risk-measure.ts";
import { readSymbols, type SymbolList } from "./read-symbols.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

const WEIGHT_MAX = 100;

// Weights that an optimizer made sum to 1 up to rounding.
const WEIGHT_SUM_TOLERANCE = 1e-6;

/** Reads a request to measure a portfolio. @throws {AppError} Names every field at fault. */
export function readAnalysis(request: AnalyzePortfolioRequest): AnalysisProblem {
  const positions = readPositions(request.positions);
  if (request.covariance?.method.case === "forecastVolatility") {
    const description = "a portfolio is measured on the past: choose an estimate from prices";
    refuse("REQUEST_INVALID", "covariance.forecast_volatility", description);
  }
  return {
    positions,
    prices: readPrices(request),
    riskFreeRatePerYear: readRiskFreeRate(request.riskFreeRatePerYear),
    covariance: readCovariance(request.covariance, positions.length, { kind: "sample" }),
    includeGrowth: request.includeGrowth,
    includeHigherMoments: request.includeHigherMoments,
    factorSymbols: readSymbols(request.factorSymbols, {
      fieldOf: (k) => `factor_symbols[${k}]`,
      isFreeText: false,
    }).symbols,
    measures: request.measures.map((measure, k) => readRiskMeasure(measure, `measures[${k}]`)),
  };
}

/** Reads a request to allocate shares. @throws {AppError} Names every field at fault. */
export function readAllocation(request: AllocateSharesRequest): AllocationProblem {
  const { list, positions } = readPositionList(request.positions);
  refuseIfAny(
    "WEIGHT_NEGATIVE",
    [...positions.entries()]
      .filter(([, { weight }]) => weight < 0)
      .map(([k, { symbol, weight }]) => ({
        field: `positions[${k}].weight`,
        description: `the weight of ${symbol} is ${weight}; shares cannot be allocated to a short position`,
      })),
  );
  const total = positions.reduce((sum, { weight }) => sum + weight, 0);
  if (total > 1 + WEIGHT_SUM_TOLERANCE) {
    refuse("WEIGHTS_EXCEED_ONE", "positions", `the weights sum to ${total}, more than 1`);
  }
  return {
    positions,
    cashAmount: readCash(request.cashAmount),
    prices: readSharePrices(request.prices, list),
    dataset: readDataset(request.dataset),
  };
}

/**
 * Reads weights by symbol.
 *
 * @throws {AppError} `POSITIONS_EMPTY`, `SYMBOL_REPEATED`, `NUMBER_NOT_FINITE`, `REQUEST_INVALID`.
 */
export function readPositions(message: readonly WirePosition[]): readonly Position[] {
  return readPositionList(message).positions;
}

/** Reads weights by symbol, and how other fields refer to them. @throws {AppError} As `readPositions`. */
export function readPositionList(message: readonly WirePosition[]): {
  list: SymbolList;
  positions: readonly Position[];
} {
  if (message.length === 0) {
    refuse("POSITIONS_EMPTY", "positions", "give at least one position");
  }
  const list = readSymbols(
    message.map(({ symbol }) => symbol),
    { fieldOf: (k) => `positions[${k}].symbol`, isFreeText: false },
  );
  checkNumbers(
    message.map(({ weight }, k) => ({
      field: `positions[${k}].weight`,
      value: weight,
      min: -WEIGHT_MAX,
      max: WEIGHT_MAX,
    })),
  );
  const positions = list.symbols.map((symbol, k) => ({ symbol, weight: message[k]?.weight ?? 0 }));
  return { list, positions };
}

function readCash(value: number): number {
  checkNumbers([{ field: "cash_amount", value, min: -CASH_MAX, max: CASH_MAX }]);
  if (value <= 0) {
    refuse("CASH_NOT_POSITIVE", "cash_amount", `${value} is not over 0`);
  }
  return value;
}

// Beyond this, amounts lose their cents to rounding.
export const CASH_MAX = 1e13;

/** Reads prices by symbol. @throws {AppError} `PRICE_NOT_POSITIVE` and others. */
export function readSharePrices(
  prices: Readonly<Record<string, number>>,
  list: SymbolList,
): ReadonlyMap<string, number> {
  const entries = Object.entries(prices);
  const fieldOf = (symbol: string | undefined) => `prices[${JSON.stringify(symbol)}]`;
  checkFinite(Object.values(prices), (k) => fieldOf(entries[k]?.[0]));
  refuseIfAny(
    "PRICE_NOT_POSITIVE",
    entries
      .filter(([, price]) => price <= 0)
      .map(([symbol, price]) => ({
        field: fieldOf(symbol),
        description: `${price} is not a price: give a number over 0`,
      })),
  );
  const known = entries.map(([symbol, price]) => ({ symbol, price, index: list.indexOf(symbol) }));
  refuseIfAny(
    "REQUEST_INVALID",
    known
      .filter(({ index }) => index === undefined)
      .map(({ symbol }) => ({
        field: fieldOf(symbol),
        description: `there is no position in "${symbol}"`,
      })),
  );
  refuseIfAny(
    "SYMBOL_REPEATED",
    known
      .filter(({ index }, k) => known.findIndex((first) => first.index === index) < k)
      .map(({ symbol }) => ({ field: fieldOf(symbol), description: `${symbol} has two prices` })),
  );
  return new Map(known.map(({ index, price }) => [list.symbols[index ?? 0] ?? "", price]));
}
