import { type Matrix, requireFinite, requireSquare } from "../linalg/matrix.ts";
import { symmetricEigenvalues } from "../linalg/symmetric-eigen.ts";

/**
 * Computes the ratio of the largest eigenvalue to the smallest.
 *
 * Over 1e8, weights that invert the matrix lose half of their digits.
 *
 * @param covariance - Symmetric positive semidefinite, shape (n, n), n ≥ 1.
 * @returns 1 (a multiple of the identity) … ∞ (singular: the smallest eigenvalue is at most
 *   n·2⁻⁵² of the largest, which is rounding).
 * @throws {ArgumentError} The matrix is not square or not finite.
 */
export function conditionNumber(covariance: Matrix): number {
  requireSquare(covariance, "covariance");
  requireFinite(covariance.values, "covariance");
  const scale = covariance.values.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  if (scale === 0) {
    return Number.POSITIVE_INFINITY;
  }
  // In units of the largest entry, nothing underflows.
  const values = covariance.values.map((entry) => entry / scale);
  const eigenvalues = symmetricEigenvalues({ ...covariance, values });
  const smallest = eigenvalues[0];
  const largest = eigenvalues[eigenvalues.length - 1];
  const rounding = covariance.rows * Number.EPSILON * largest;
  return smallest > rounding ? largest / smallest : Number.POSITIVE_INFINITY;
}
