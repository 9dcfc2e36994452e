import { choleskyFactor } from "./cholesky.ts";
import type { Matrix } from "./matrix.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

// An eigenvalue below this fraction of the largest is rounding of 0.
const ROUNDING_VARIANCE = 1e-13;

/**
 * Finds R with RR' = Σ: the Cholesky factor, or that of the eigenvectors where Σ is singular.
 *
 * @param covariance - Σ, shape (n, n), symmetric positive semidefinite.
 * @returns R, shape (n, n), row-major.
 */
export function covarianceRoot(covariance: Matrix): Float64Array {
  const factor = choleskyFactor(covariance);
  if (factor !== undefined) {
    return factor;
  }
  const n = covariance.rows;
  const { values, vectors } = symmetricEigen(covariance);
  const noise = ROUNDING_VARIANCE * values[n - 1];
  const deviations = values.map((value) => (value > noise ? Math.sqrt(value) : 0));
  const root = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      root[i * n + j] = vectors.values[j * n + i] * deviations[j];
    }
  }
  return root;
}
