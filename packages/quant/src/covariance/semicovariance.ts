import { ArgumentError } from "../errors.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { requireObservations } from "./observations.ts";

/**
 * Computes the semicovariance of the columns: how they fall short together.
 *
 * Σₜ min(xₜ − b, 0) min(xₜ − b, 0)', divided by T for a benchmark b that is the same for all
 * assets, as in PyPortfolioOpt, and by T − 1 where b is each asset's mean, as in Riskfolio-Lib.
 * Positive semidefinite.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @param benchmark - Return per period below which a return counts, or `"mean"`.
 * @returns Semicovariance per period, shape (n, n).
 * @throws {ArgumentError} There are fewer than two rows, or a number is not finite.
 * @see Estrada (2008), "Mean-semivariance optimization: a heuristic approach", eq. 8
 */
export function semicovariance(returns: Matrix, benchmark: number | "mean"): Matrix {
  requireObservations(returns, 2);
  if (benchmark !== "mean" && !Number.isFinite(benchmark)) {
    throw new ArgumentError(`benchmark is ${benchmark}, not a finite number`);
  }
  const { rows, cols: n, values } = returns;
  const base = benchmark === "mean" ? historicalMean(returns) : new Float64Array(n).fill(benchmark);
  const shortfalls = new Float64Array(values.length);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < n; j++) {
      shortfalls[t * n + j] = Math.min(values[t * n + j] - base[j], 0);
    }
  }
  const products = centeredGram({ rows, cols: n, values: shortfalls }, new Float64Array(n));
  const divisor = benchmark === "mean" ? rows - 1 : rows;
  return { ...products, values: products.values.map((sum) => sum / divisor) };
}
