import { normalProbability, normalQuantile } from "../distributions/normal.ts";
import { ArgumentError } from "../errors.ts";
import { TRADING_DAYS_PER_YEAR } from "../returns/annualize.ts";
import { momentsOf } from "./moments.ts";

/** A Sharpe ratio per observation, with what its uncertainty depends on. */
export interface SharpeRatio {
  /** Mean over standard deviation of the excess returns, per observation. */
  readonly ratio: number;
  /** Number T of observations. */
  readonly count: number;
  /** Of the excess returns; 0 for a symmetric sample. */
  readonly skewness: number;
  /** Of the excess returns; 3 for a normal sample. */
  readonly kurtosis: number;
  /** Standard error if the returns were independent and normal, √((1 + SR²/2)/T). */
  readonly standardErrorNormal: number;
  /** Standard error for independent returns of any shape, after Mertens. */
  readonly standardError: number;
}

/**
 * Estimates the Sharpe ratio and how uncertain it is.
 *
 * @param excessReturns - Returns over the risk-free rate, per observation, length T ≥ 2, finite.
 * @returns The ratio and its errors, all per observation: `annualizeSharpe` makes them yearly.
 *   Nothing when the returns do not vary.
 * @throws {ArgumentError} There are fewer than 2 returns, or one is not finite.
 * @see Lo (2002), "The Statistics of Sharpe Ratios", eq. 9, doi:10.2469/faj.v58.n4.2453;
 *   Mertens (2002), "Comments on Variance of the IID Estimator in Lo (2002)";
 *   Opdyke (2007), "Comparing Sharpe Ratios", eq. 6, doi:10.1057/palgrave.jam.2250084
 */
export function sharpeRatio(excessReturns: Float64Array): SharpeRatio | undefined {
  const { count, mean, standardDeviation, skewness, kurtosis } = momentsOf(excessReturns);
  if (skewness === undefined || kurtosis === undefined) {
    return undefined;
  }
  const ratio = mean / standardDeviation;
  return {
    ratio,
    count,
    skewness,
    kurtosis,
    standardErrorNormal: Math.sqrt((1 + ratio ** 2 / 2) / count),
    standardError: Math.sqrt(varianceFactor({ ratio, skewness, kurtosis }) / count),
  };
}

/** Turns a daily Sharpe ratio, or its standard error, into one per year: times √252. */
export function annualizeSharpe(perDay: number): number {
  return perDay * Math.sqrt(TRADING_DAYS_PER_YEAR);
}

type Shape = Pick<SharpeRatio, "ratio" | "skewness" | "kurtosis">;

/** Computes 1 − γ₃SR + (γ₄ − 1)/4 SR², which is never negative since γ₄ ≥ 1 + γ₃². */
function varianceFactor({ ratio, skewness, kurtosis }: Shape): number {
  return Math.max(0, 1 - skewness * ratio + ((kurtosis - 1) / 4) * ratio ** 2);
}

/**
 * Computes the probability that the true Sharpe ratio exceeds a threshold.
 *
 * @param estimate - The estimated ratio, per observation.
 * @param threshold - Ratio to beat, per observation.
 * @returns 0 … 1.
 * @see Bailey & López de Prado (2012), "The Sharpe Ratio Efficient Frontier", eq. 9,
 *   doi:10.21314/JOR.2012.255
 */
export function probabilisticSharpe(
  estimate: Pick<SharpeRatio, "ratio" | "skewness" | "kurtosis" | "count">,
  threshold: number,
): number {
  const distance = (estimate.ratio - threshold) * Math.sqrt(estimate.count - 1);
  const error = Math.sqrt(varianceFactor(estimate));
  return distance === 0 ? 0.5 : normalProbability(distance / error);
}

/**
 * Computes how many observations make the ratio exceed a threshold with a given confidence.
 *
 * @param estimate - The estimated ratio, per observation.
 * @param threshold - Ratio to beat, per observation.
 * @param confidence - Such as 0.95, between 0 and 1.
 * @returns A number of observations, not rounded; infinite if the ratio is not above the threshold.
 * @throws {ArgumentError} The confidence is not between 0 and 1.
 * @see Bailey & López de Prado (2012), eq. 11
 */
export function minimumTrackRecord(estimate: Shape, threshold: number, confidence: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw new ArgumentError(`a confidence is ${confidence}, not between 0 and 1`);
  }
  const lead = estimate.ratio - threshold;
  return lead > 0
    ? 1 + varianceFactor(estimate) * (normalQuantile(confidence) / lead) ** 2
    : Number.POSITIVE_INFINITY;
}

/** Ratios of all strategies that were tried before one was chosen. */
export interface SharpeTrials {
  /** Independent trials, at least 1. */
  readonly count: number;
  /** Variance of the trials' Sharpe ratios, per observation, at least 0. */
  readonly variance: number;
}

const EULER_MASCHERONI = 0.5772156649015329;

/**
 * Computes the Sharpe ratio that the best of many worthless strategies is expected to show.
 *
 * @returns A ratio per observation; 0 for a single trial.
 * @throws {ArgumentError} The count is below 1, or the variance is negative or not finite.
 * @see Bailey & López de Prado (2014), "The Deflated Sharpe Ratio", eq. 1,
 *   doi:10.3905/jpm.2014.40.5.094
 */
export function expectedMaximumSharpe({ count, variance }: SharpeTrials): number {
  if (!(count >= 1 && count < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`the number of trials is ${count}, not at least 1`);
  }
  if (!(variance >= 0 && variance < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`the variance of the trials is ${variance}, not at least 0`);
  }
  if (count === 1) {
    return 0;
  }
  const deviations =
    (1 - EULER_MASCHERONI) * normalQuantile(1 - 1 / count) +
    EULER_MASCHERONI * normalQuantile(1 - 1 / (count * Math.E));
  return Math.sqrt(variance) * Math.max(0, deviations);
}

/**
 * Computes the probability that a ratio is above 0, given that it is the best of many trials.
 *
 * @param estimate - The estimated ratio of the chosen strategy, per observation.
 * @param trials - How many there were, and how far their ratios spread.
 * @returns 0 … 1.
 * @throws {ArgumentError} The trials are not valid.
 * @see Bailey & López de Prado (2014), eq. 2
 */
export function deflatedSharpe(
  estimate: Pick<SharpeRatio, "ratio" | "skewness" | "kurtosis" | "count">,
  trials: SharpeTrials,
): number {
  return probabilisticSharpe(estimate, expectedMaximumSharpe(trials));
}
