import { covarianceRoot } from "../linalg/covariance-root.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { drawChiSquare, normalSource } from "../random/normal.ts";

/** Estimates as another history of the same length might have given them. */
export interface ResampledEstimates {
  /** Length n. */
  readonly expectedReturns: Float64Array;
  /** Shape (n, n), symmetric positive semidefinite. */
  readonly covariance: Matrix;
}

/** How much data estimates rest on. */
export interface SampleSize {
  /** Number of observed returns T ≥ 2. */
  readonly observationCount: number;
  /** Observations in one period of the estimates: 252 for yearly ones from daily returns. */
  readonly observationsPerPeriod: number;
}

/**
 * Makes a source of estimates from normal returns with given true moments: means from
 * N(μ, Σ/T), covariances from a Wishart distribution with T − 1 degrees of freedom.
 *
 * The covariance is drawn by its Bartlett factor and takes n² numbers, however long the history.
 *
 * @param uniform - Source of numbers in [0, 1).
 * @see Bartlett (1933), "On the theory of statistical regression"
 */
export function estimateSource(
  expectedReturns: Float64Array,
  covariance: Matrix,
  { observationCount, observationsPerPeriod }: SampleSize,
  uniform: () => number,
): () => ResampledEstimates {
  const n = covariance.rows;
  const root = covarianceRoot(covariance);
  const normal = normalSource(uniform);
  const degrees = observationCount - 1;
  const rank = Math.min(n, degrees);
  const meanScale = Math.sqrt(observationsPerPeriod / observationCount);
  return () => {
    const shocks = Float64Array.from({ length: n }, normal);
    const bartlett = new Float64Array(n * rank);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < Math.min(i, rank); j++) {
        bartlett[i * rank + j] = normal();
      }
      if (i < rank) {
        bartlett[i * rank + i] = Math.sqrt(drawChiSquare(degrees - i, uniform, normal));
      }
    }
    return {
      expectedReturns: expectedReturns.map((mu, i) => {
        let shock = 0;
        for (let j = 0; j < n; j++) {
          shock += root[i * n + j] * shocks[j];
        }
        return mu + meanScale * shock;
      }),
      covariance: { rows: n, cols: n, values: outerProduct(root, bartlett, n, rank, degrees) },
    };
  };
}

/** Computes R·A·A'·R' / degrees for A of shape (n, rank). */
function outerProduct(
  root: Float64Array,
  bartlett: Float64Array,
  n: number,
  rank: number,
  degrees: number,
): Float64Array {
  const factor = new Float64Array(n * rank);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      // Row k of A ends at its diagonal.
      addRow(factor, i * rank, root[i * n + k], bartlett, k * rank, Math.min(k + 1, rank));
    }
  }
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < rank; k++) {
        sum += factor[i * rank + k] * factor[j * rank + k];
      }
      values[i * n + j] = sum / degrees;
      values[j * n + i] = values[i * n + j];
    }
  }
  return values;
}

/** Adds a multiple of `count` entries from one place to those at another. */
function addRow(
  sum: Float64Array,
  at: number,
  factor: number,
  row: Float64Array,
  from: number,
  count: number,
): void {
  if (factor !== 0) {
    for (let j = 0; j < count; j++) {
      sum[at + j] += factor * row[from + j];
    }
  }
}
