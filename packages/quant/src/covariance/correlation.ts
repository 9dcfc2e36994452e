import { ArgumentError } from "../errors.ts";
import { type Matrix, requireSquare } from "../linalg/matrix.ts";

/**
 * Computes correlations from a covariance.
 *
 * @param covariance - Covariance, shape (n, n), symmetric. Only the shape is checked.
 * @returns Correlations in [−1, 1], shape (n, n), 1 on the diagonal. The correlation
 *   with an asset of variance 0 is undefined; it is given as 0.
 * @throws {ArgumentError} The matrix is not square.
 */
export function correlationFromCovariance(covariance: Matrix): Matrix {
  const { rows: n, values } = requireSquare(covariance, "covariance");
  const deviations = deviationsOf(covariance);
  const correlations = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      correlations[i * n + j] = correlationOf(values[i * n + j], deviations[i] * deviations[j]);
    }
    correlations[i * n + i] = 1;
  }
  return { rows: n, cols: n, values: correlations };
}

/**
 * Computes the correlation of two assets, in [−1, 1].
 *
 * @param scale - Product of their deviations. Where it is 0, so is what is returned.
 */
export function correlationOf(covariance: number, scale: number): number {
  const ratio = scale > 0 ? covariance / scale : 0;
  return Math.max(-1, Math.min(1, ratio));
}

/**
 * Computes the covariance diag(σ)·C·diag(σ).
 *
 * @param correlation - C, shape (n, n), symmetric. Its diagonal counts as 1.
 * @param deviations - Standard deviations σ, length n.
 * @throws {ArgumentError} The matrix is not square, or the lengths differ.
 */
export function covarianceFromCorrelation(correlation: Matrix, deviations: Float64Array): Matrix {
  const { rows: n, values } = requireSquare(correlation, "correlation");
  if (deviations.length !== n) {
    throw new ArgumentError(`there are ${deviations.length} deviations for ${n} assets`);
  }
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const entry = values[i * n + j] * (deviations[i] * deviations[j]);
      covariance[i * n + j] = entry;
      covariance[j * n + i] = entry;
    }
    covariance[i * n + i] = deviations[i] * deviations[i];
  }
  return { rows: n, cols: n, values: covariance };
}

/** Computes the standard deviations of a covariance, length n. */
export function deviationsOf({ rows: n, values }: Matrix): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => Math.sqrt(values[i * n + i]));
}
