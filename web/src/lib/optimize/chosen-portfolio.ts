import type { OptimizePortfolioResponse } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type { FrontierModel } from "../frontier/frontier.ts";
import { portfolioAt } from "../frontier/frontier.ts";

/** A portfolio with its figures. Fractions, per year where they are rates. */
export interface ChosenPortfolio {
  readonly symbols: readonly string[];
  readonly weights: readonly number[];
  /** Shares of the variance; they sum to 1. */
  readonly riskShares: readonly number[];
  readonly expectedReturn: number;
  readonly volatility: number;
  readonly sharpe: number;
}

/** The optimizer's own answer. */
export function portfolioFromAnswer(answer: OptimizePortfolioResponse): ChosenPortfolio {
  return {
    symbols: answer.weights.map(({ symbol }) => symbol),
    weights: answer.weights.map(({ weight }) => weight),
    riskShares: answer.weights.map(({ riskShare }) => riskShare),
    expectedReturn: answer.expectedReturnPerYear,
    volatility: answer.volatilityPerYear,
    sharpe: answer.sharpeRatio,
  };
}

/** The efficient portfolio at a position of the frontier, without asking the optimizer. */
export function portfolioOnFrontier(model: FrontierModel, position: number): ChosenPortfolio {
  const point = portfolioAt(model, position);
  return {
    symbols: model.symbols,
    weights: Array.from(point.weights),
    riskShares: Array.from(point.riskShares),
    expectedReturn: point.expectedReturn,
    volatility: point.volatility,
    sharpe: point.sharpe,
  };
}

/** Figures of the portfolio that holds every asset alike: the benchmark that takes no estimate. */
export function equalWeightFigures(model: FrontierModel): {
  expectedReturn: number;
  volatility: number;
  sharpe: number;
} {
  const n = model.symbols.length;
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const expectedReturn = sum(model.expectedReturns) / n;
  const volatility = Math.sqrt(Math.max(0, sum(model.covariance))) / n;
  const sharpe = volatility === 0 ? 0 : (expectedReturn - model.riskFreeRate) / volatility;
  return { expectedReturn, volatility, sharpe };
}

// Under this a weight is rounding left over by the solver, and shows as 0.0 %.
const SMALLEST_HOLDING = 0.0005;

/** Number of assets whose weight does not round to 0.0 %. */
export function holdingCount(weights: readonly number[]): number {
  return weights.filter((weight) => Math.abs(weight) >= SMALLEST_HOLDING).length;
}
