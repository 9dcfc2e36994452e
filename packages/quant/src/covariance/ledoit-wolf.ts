import { ArgumentError } from "../errors.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** A shrunk covariance and how far it was shrunk. */
export interface ShrunkCovariance {
  /** Covariance per period, shape (n, n). */
  readonly covariance: Matrix;
  /** Weight of the target, 0 (the sample covariance) … 1 (the target). */
  readonly shrinkage: number;
}

/**
 * Computes the Ledoit–Wolf covariance, shrunk toward a multiple of the identity.
 *
 * (1 − δ)·S + δ·m·I, with S the covariance divided by T (not T − 1, as in the paper),
 * m its mean variance, and δ the weight that minimizes the expected squared Frobenius
 * distance to the true covariance. Positive definite unless every variance is 0.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @returns The covariance per period, and δ. For one asset δ is 0.
 * @throws {ArgumentError} There are fewer than two rows.
 * @see Ledoit & Wolf (2004), "A well-conditioned estimator for large-dimensional
 *   covariance matrices", doi:10.1016/S0047-259X(03)00096-4
 */
export function ledoitWolfCovariance(returns: Matrix): ShrunkCovariance {
  const { rows, cols: n } = returns;
  if (rows < 2) {
    throw new ArgumentError(`covariance needs at least 2 rows of returns, got ${rows}`);
  }
  const means = historicalMean(returns);
  const covariance = centeredGram(returns, means);
  const { values } = covariance;
  for (let k = 0; k < values.length; k++) {
    values[k] /= rows;
  }
  let trace = 0;
  for (let i = 0; i < n; i++) {
    trace += values[i * n + i];
  }
  const meanVariance = trace / n;
  const shrinkage = n === 1 ? 0 : optimalShrinkage(returns, means, values, meanVariance);
  for (let k = 0; k < values.length; k++) {
    values[k] *= 1 - shrinkage;
  }
  for (let i = 0; i < n; i++) {
    values[i * n + i] += shrinkage * meanVariance;
  }
  return { covariance, shrinkage };
}

/** Computes δ = min(b̄², d²) / d² of the paper's section 3.3. It is 0 when S is already m·I. */
function optimalShrinkage(
  returns: Matrix,
  means: Float64Array,
  sample: Float64Array,
  meanVariance: number,
): number {
  const { rows, cols: n } = returns;
  let squaredNorm = 0;
  for (let k = 0; k < sample.length; k++) {
    squaredNorm += sample[k] * sample[k];
  }
  const distance = squaredNorm - n * meanVariance * meanVariance;
  const noise = (meanFourthPower(returns, means) - squaredNorm) / rows;
  const bounded = Math.min(noise, distance);
  return bounded > 0 ? bounded / distance : 0;
}

/** Computes the mean over t of ‖xₜ − x̄‖⁴. */
function meanFourthPower(returns: Matrix, means: Float64Array): number {
  const { rows, cols, values } = returns;
  let total = 0;
  for (let t = 0; t < rows; t++) {
    const offset = t * cols;
    let squaredLength = 0;
    for (let j = 0; j < cols; j++) {
      const deviation = values[offset + j] - means[j];
      squaredLength += deviation * deviation;
    }
    total += squaredLength * squaredLength;
  }
  return total / rows;
}
