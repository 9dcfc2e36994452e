import { type Matrix, requireFinite, requireSquare } from "../linalg/matrix.ts";
import {
  type SymmetricEigen,
  symmetricEigen,
  symmetricEigenvalues,
} from "../linalg/symmetric-eigen.ts";

/** A positive semidefinite covariance, and what was done to make it so. */
export interface PositiveSemidefiniteRepair {
  /** Shape (n, n). The input itself when nothing was repaired. */
  readonly covariance: Matrix;
  /** Whether an eigenvalue was clipped. */
  readonly repaired: boolean;
  /** Extreme eigenvalues of the input, in its unit. */
  readonly smallestEigenvalue: number;
  readonly largestEigenvalue: number;
  /** Frobenius norm of the change, in the unit of the covariance; 0 when nothing changed. */
  readonly frobeniusChange: number;
}

// Eigenvalues of a singular matrix come out as ±(a few n·ε) of the largest: n = 1000 gives 2e-13.
const ROUNDING_TOLERANCE = 1e-12;

/**
 * Repairs a covariance that is not positive semidefinite, by clipping eigenvalues.
 *
 * Negative eigenvalues become 0, which gives the nearest positive semidefinite matrix in the
 * Frobenius norm. Variances grow by what is clipped. An eigenvalue above −1e-12 times the
 * largest magnitude counts as rounding of 0: then the input is returned as it is.
 *
 * @param covariance - Symmetric matrix, shape (n, n), n ≥ 1, finite. Its lower triangle counts.
 * @throws {ArgumentError} The matrix is not square or not finite.
 * @see Higham (1988), "Computing a nearest symmetric positive semidefinite matrix",
 *   doi:10.1016/0024-3795(88)90223-6
 */
export function repairPositiveSemidefinite(covariance: Matrix): PositiveSemidefiniteRepair {
  requireSquare(covariance, "covariance");
  requireFinite(covariance.values, "covariance");
  const eigenvalues = symmetricEigenvalues(covariance);
  const smallestEigenvalue = eigenvalues.length > 0 ? eigenvalues[0] : 0;
  const largestEigenvalue = eigenvalues.length > 0 ? eigenvalues[eigenvalues.length - 1] : 0;
  const magnitude = Math.max(Math.abs(smallestEigenvalue), Math.abs(largestEigenvalue));
  const extremes = { smallestEigenvalue, largestEigenvalue };
  if (smallestEigenvalue >= -ROUNDING_TOLERANCE * magnitude) {
    return { covariance, repaired: false, ...extremes, frobeniusChange: 0 };
  }
  const { clipped, frobeniusChange } = clipEigenvalues(covariance, symmetricEigen(covariance));
  return { covariance: clipped, repaired: true, ...extremes, frobeniusChange };
}

/** Adds |λ|·vv' for each negative eigenvalue, so that the rest of the matrix keeps its digits. */
function clipEigenvalues(covariance: Matrix, { values, vectors }: SymmetricEigen) {
  const n = covariance.rows;
  const entries = Float64Array.from(covariance.values);
  let squaredChange = 0;
  for (let k = 0; k < n && values[k] < 0; k++) {
    squaredChange += values[k] * values[k];
    for (let i = 0; i < n; i++) {
      const factor = -values[k] * vectors.values[k * n + i];
      for (let j = 0; j <= i; j++) {
        entries[i * n + j] += factor * vectors.values[k * n + j];
      }
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      entries[j * n + i] = entries[i * n + j];
    }
  }
  const clipped: Matrix = { rows: n, cols: n, values: entries };
  return { clipped, frobeniusChange: Math.sqrt(squaredChange) };
}
