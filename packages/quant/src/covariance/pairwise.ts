import { ArgumentError } from "../errors.ts";
import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { columnMoments } from "./missing-observations.ts";

/** A covariance from histories of unequal length, each entry from the days that its pair shares. */
export interface PairwiseCovariance {
  /** Per period, shape (n, n). Seldom positive semidefinite. */
  readonly covariance: Matrix;
  /** Days that each pair shares, shape (n, n). */
  readonly sharedCounts: Matrix;
}

/**
 * Computes the sample covariance of each pair over the periods in which both were observed.
 *
 * Means, too, are those of the shared periods, and the divisor is their number less 1:
 * `DataFrame.cov` of pandas. Without missing observations it is the sample covariance.
 *
 * @param returns - Returns, one row per period, shape (T, n), NaN where one is missing.
 * @throws {ArgumentError} A return is infinite, or two assets share fewer than two periods.
 */
export function pairwiseCovariance(returns: Matrix): PairwiseCovariance {
  const n = returns.cols;
  const width = 2 * n;
  const products = centeredGram(withIndicators(returns), new Float64Array(width));
  const covariance = new Float64Array(n * n);
  const counts = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const count = products.values[(n + i) * width + n + j];
      if (count < 2) {
        throw new ArgumentError(`assets ${i} and ${j} share ${count} periods, and need 2`);
      }
      const sumI = products.values[i * width + n + j];
      const sumJ = products.values[j * width + n + i];
      counts[i * n + j] = count;
      covariance[i * n + j] =
        (products.values[i * width + j] - (sumI * sumJ) / count) / (count - 1);
    }
  }
  return {
    covariance: { rows: n, cols: n, values: covariance },
    sharedCounts: { rows: n, cols: n, values: counts },
  };
}

/** Joins the returns less their means, 0 where missing, with 1 where observed: shape (T, 2n). */
function withIndicators(returns: Matrix): Matrix {
  const { rows, cols: n, values } = returns;
  const { means } = columnMoments(returns);
  const joined = new Float64Array(rows * 2 * n);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < n; j++) {
      const deviation = values[t * n + j] - means[j];
      if (!Number.isNaN(deviation)) {
        joined[t * 2 * n + j] = deviation;
        joined[t * 2 * n + n + j] = 1;
      }
    }
  }
  return { rows, cols: 2 * n, values: joined };
}
