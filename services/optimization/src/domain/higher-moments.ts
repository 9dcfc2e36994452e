import {
  ArgumentError,
  cokurtosisMatrix,
  coskewnessMatrix,
  higherMomentParts,
  lMoments,
  type Matrix,
  momentsOf,
} from "@portfolio/quant";
import type { HigherMoments } from "./analysis-task.ts";
import type { CoMoments } from "./solve-task.ts";

/** Returns that L-moments of fourth order need. */
const DAYS_MIN = 4;

/**
 * Describes the distribution of a portfolio's daily returns, and each asset's part in it.
 *
 * @param returns - Of the assets, shape (T, n).
 * @param daily - Of the portfolio, length T.
 * @throws {ArgumentError} There are fewer than four returns.
 */
export function higherMoments(
  returns: Matrix,
  weights: Float64Array,
  daily: Float64Array,
): HigherMoments {
  if (daily.length < DAYS_MIN) {
    throw new ArgumentError(
      `higher moments need at least ${DAYS_MIN} daily returns, got ${daily.length}`,
    );
  }
  const { rows, cols, values } = returns;
  return {
    parts: higherMomentParts(returns, weights),
    lMoments: lMoments(daily),
    assets: Array.from({ length: cols }, (_, i) => {
      const own = Float64Array.from({ length: rows }, (_unused, t) => values[t * cols + i] ?? 0);
      const { skewness, kurtosis } = momentsOf(own);
      return { skewness, kurtosis, lMoments: lMoments(own) };
    }),
  };
}

/** Computes how daily returns move together beyond covariance. */
export function coMoments(returns: Matrix): CoMoments {
  return { coskewness: coskewnessMatrix(returns), cokurtosis: cokurtosisMatrix(returns) };
}
