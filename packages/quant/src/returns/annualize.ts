import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** Trading days in a year, by the convention of this project. */
export const TRADING_DAYS_PER_YEAR = 252;

/**
 * Turns mean returns per day into arithmetic means per year: times 252.
 *
 * @param perDay - Mean simple returns per day, length n.
 * @returns Means per year, length n.
 */
export function annualizeMean(perDay: Float64Array): Float64Array {
  return perDay.map((mean) => mean * TRADING_DAYS_PER_YEAR);
}

/**
 * Turns a covariance per day into one per year: times 252.
 *
 * Exact when returns of different days are uncorrelated.
 */
export function annualizeCovariance(perDay: Matrix): Matrix {
  return { ...perDay, values: perDay.values.map((entry) => entry * TRADING_DAYS_PER_YEAR) };
}

/** Turns a volatility per day into one per year: times √252. */
export function annualizeVolatility(perDay: number): number {
  return perDay * Math.sqrt(TRADING_DAYS_PER_YEAR);
}

/**
 * Computes the compound annual return of a series of simple returns.
 *
 * (∏(1 + rₜ))^(252 / T) − 1, the constant yearly rate that gives the same growth.
 *
 * @param returns - Simple returns per day as fractions, length T ≥ 1, each at least −1.
 * @returns The rate per year, a fraction. It is −1 once everything is lost.
 * @throws {ArgumentError} There is no return, or one is below −1 or not finite.
 */
export function compoundAnnualReturn(returns: Float64Array): number {
  if (returns.length === 0) {
    throw new ArgumentError("a compound return needs at least 1 return, got 0");
  }
  let logGrowth = 0;
  for (let t = 0; t < returns.length; t++) {
    if (!(returns[t] >= -1 && returns[t] < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`return ${t} is ${returns[t]}, not a finite number of at least -1`);
    }
    logGrowth += Math.log1p(returns[t]);
  }
  return Math.expm1((logGrowth * TRADING_DAYS_PER_YEAR) / returns.length);
}
