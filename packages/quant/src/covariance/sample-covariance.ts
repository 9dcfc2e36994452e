import { historicalMean } from "../expected-returns/historical-mean.ts";
import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { requireObservations } from "./observations.ts";

/**
 * Computes the unbiased sample covariance of the columns.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @returns Covariance per period, shape (n, n), divided by T − 1. Its rank is at most
 *   T − 1, so it is singular when T ≤ n.
 * @throws {ArgumentError} There are fewer than two rows, or a return is not finite.
 */
export function sampleCovariance(returns: Matrix): Matrix {
  requireObservations(returns, 2);
  return centeredGram(returns, historicalMean(returns), undefined, returns.rows - 1);
}
