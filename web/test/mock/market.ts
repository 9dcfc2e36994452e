import { Code } from "@connectrpc/connect";
import type {
  Covariance,
  ExpectedReturns,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import {
  annualizeCovariance,
  annualizeMean,
  bayesSteinMean,
  constantCorrelationCovariance,
  equilibriumReturns,
  exponentialCovariance,
  exponentialMean,
  historicalMean,
  jamesSteinMean,
  ledoitWolfCovariance,
  type Matrix,
  oracleApproximatingCovariance,
  sampleCovariance,
  simpleReturns,
  singleFactorCovariance,
} from "@portfolio/quant";
import { mockError } from "./mock-error.ts";
import type { SamplePrices } from "./sample-prices.ts";

/** Prices of some symbols on the days that all of them share, and their estimates. */
export interface Market {
  readonly symbols: readonly string[];
  readonly dates: readonly string[];
  readonly returns: Matrix;
  readonly cutSymbols: readonly string[];
}

/** Takes the shared days of some symbols out of the sample. */
export function marketOf(
  sample: SamplePrices,
  symbols: readonly string[],
  startDate: string,
  endDate: string,
): Market {
  const unknown = symbols.flatMap((symbol, i) =>
    sample.closes.has(symbol) ? [] : [{ symbol, i }],
  );
  if (unknown.length > 0) {
    throw mockError(Code.NotFound, "SYMBOL_UNKNOWN", "Some symbols are not in dataset sample.", {
      violations: unknown.map(({ symbol, i }) => ({
        field: `symbols[${i}]`,
        description: `${symbol} is not in dataset sample.`,
      })),
    });
  }
  const columns = symbols.map((symbol) => sample.closes.get(symbol) ?? new Float64Array());
  const days = sample.dates
    .map((date, t) => ({ date, t }))
    .filter(({ date }) => date >= startDate && (endDate === "" || date <= endDate));
  const shared = days.filter(({ t }) => columns.every((closes) => !Number.isNaN(closes[t])));
  if (shared.length < 3) {
    throw mockError(
      Code.FailedPrecondition,
      "HISTORY_TOO_SHORT",
      "The assets share fewer than two daily returns in this period.",
    );
  }
  const prices = {
    rows: shared.length,
    cols: symbols.length,
    values: Float64Array.from(
      shared.flatMap(({ t }) => columns.map((closes) => closes[t] ?? Number.NaN)),
    ),
  };
  const cutSymbols = symbols.filter(
    (_, i) => days.filter(({ t }) => !Number.isNaN(columns[i]?.[t])).length > shared.length,
  );
  return {
    symbols,
    dates: shared.map(({ date }) => date),
    returns: simpleReturns(prices),
    cutSymbols,
  };
}

/**
 * Expected returns per year, as a request asks for them.
 *
 * @param covariance - Per year.
 * @param riskFreeRate - Per year.
 */
export function estimateReturns(
  { returns }: Market,
  method: ExpectedReturns["method"] | undefined,
  covariance: Matrix,
  riskFreeRate: number,
): Float64Array {
  const { rows, cols } = covariance;
  const perDay = { rows, cols, values: covariance.values.map((entry) => entry / 252) };
  switch (method?.case) {
    case "given":
      return Float64Array.from(method.value.values);
    case "exponential":
      return annualizeMean(exponentialMean(returns, method.value.halfLifeDays));
    case "jamesStein":
      return annualizeMean(jamesSteinMean(returns, perDay).means);
    case "bayesStein":
      return annualizeMean(bayesSteinMean(returns, perDay)?.means ?? historicalMean(returns));
    case "equilibrium":
      return equilibriumReturns(
        covariance,
        new Float64Array(cols).fill(1 / cols),
        method.value.riskAversion,
      ).map((excess) => riskFreeRate + excess);
    default:
      return annualizeMean(historicalMean(returns));
  }
}

/** Covariance per year, as a request asks for it. */
export function estimateCovariance(
  market: Market,
  method: Covariance["method"] | undefined,
): Matrix {
  switch (method?.case) {
    case "exponential":
      return annualizeCovariance(exponentialCovariance(market.returns, method.value.halfLifeDays));
    case "sample":
      return annualizeCovariance(sampleCovariance(market.returns));
    case "oas":
      return annualizeCovariance(oracleApproximatingCovariance(market.returns).covariance);
    case "constantCorrelation":
      return annualizeCovariance(constantCorrelationCovariance(market.returns).covariance);
    case "singleFactor":
      return annualizeCovariance(singleFactorCovariance(market.returns).covariance);
    default:
      return annualizeCovariance(ledoitWolfCovariance(market.returns).covariance);
  }
}
