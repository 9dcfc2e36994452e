import {
  budgetRange,
  dot,
  type FrontierPoint,
  type Matrix,
  riskContributions,
  type TurningPoint,
  type WeightConstraints,
} from "@portfolio/quant";
import type { Estimates } from "./estimates.ts";
import type { AssetEstimate, EfficientPoint, PortfolioFigures } from "./solve-task.ts";

/**
 * Divides the excess return by the volatility; 0 when there is none.
 *
 * @param riskFreeReturn - What the invested part of the capital would earn without risk.
 */
export function sharpeRatio(
  expectedReturn: number,
  volatility: number,
  riskFreeReturn: number,
): number {
  return volatility === 0 ? 0 : (expectedReturn - riskFreeReturn) / volatility;
}

/** What money that is not invested earns, and how much may be invested. */
export interface RiskFree {
  readonly ratePerYear: number;
  readonly limits: WeightConstraints;
}

/** Computes what the invested part of the capital would earn without risk. */
function riskFreeReturn({ ratePerYear, limits }: RiskFree, weights: Float64Array): number {
  const { lower, upper } = budgetRange(limits);
  return ratePerYear * (lower === upper ? upper : weights.reduce((sum, w) => sum + w, 0));
}

/**
 * Works out what to expect of a portfolio.
 *
 * @throws {Error} A weight is not finite: a fault of the optimizer that must not pass for an answer.
 */
export function portfolioFigures(
  weights: Float64Array,
  { expectedReturns, covariance }: Pick<Estimates, "expectedReturns" | "covariance">,
  riskFree: RiskFree,
): PortfolioFigures {
  assertFinite(weights);
  const { volatility, contributions } = riskContributions(weights, covariance);
  const expectedReturn = dot(expectedReturns, weights);
  return {
    weights,
    riskShares: riskShares(contributions, volatility),
    expectedReturnPerYear: expectedReturn,
    volatilityPerYear: volatility,
    sharpeRatio: sharpeRatio(expectedReturn, volatility, riskFreeReturn(riskFree, weights)),
  };
}

function assertFinite(weights: Float64Array): void {
  if (!weights.every(Number.isFinite)) {
    throw new Error(`the optimizer chose weights that are not finite: ${weights.join(", ")}`);
  }
}

/** Divides contributions by the volatility that they sum to; all 0 when there is none. */
export function riskShares(contributions: Float64Array, volatility: number): Float64Array {
  return contributions.map((contribution) => (volatility === 0 ? 0 : contribution / volatility));
}

/**
 * Writes a point of the frontier in the service's own terms.
 *
 * @throws {Error} As `portfolioFigures`.
 */
export function efficientPoint(
  {
    weights,
    expectedReturn,
    variance,
    lambda,
  }: Pick<FrontierPoint | TurningPoint, "weights" | "expectedReturn" | "variance" | "lambda">,
  riskFree: RiskFree,
): EfficientPoint {
  assertFinite(weights);
  const volatility = Math.sqrt(Math.max(0, variance));
  return {
    weights,
    expectedReturnPerYear: expectedReturn,
    variancePerYear: variance,
    volatilityPerYear: volatility,
    lambda,
    sharpeRatio: sharpeRatio(expectedReturn, volatility, riskFreeReturn(riskFree, weights)),
    risk: volatility,
  };
}

/** Describes each asset as if it were held alone. */
export function assetEstimates(
  symbols: readonly string[],
  { expectedReturns, covariance }: Pick<Estimates, "expectedReturns" | "covariance">,
): AssetEstimate[] {
  return symbols.map((symbol, i) => ({
    symbol,
    expectedReturnPerYear: expectedReturns[i] ?? 0,
    volatilityPerYear: Math.sqrt(Math.max(0, varianceOf(covariance, i))),
  }));
}

/** Reads the variance of asset i. */
function varianceOf(covariance: Matrix, i: number): number {
  return covariance.values[i * covariance.cols + i] ?? 0;
}
