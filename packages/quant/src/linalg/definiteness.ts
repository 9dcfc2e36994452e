import { ArgumentError } from "../errors.ts";
import { choleskyFactor } from "./cholesky.ts";
import type { Matrix } from "./matrix.ts";
import { symmetricEigenvalues } from "./symmetric-eigen.ts";

// An eigenvalue below minus this, relative to the largest, is no rounding of 0.
const NEGATIVE = 1e-10;

/**
 * Checks that a symmetric matrix has no negative eigenvalue beyond rounding.
 *
 * A Cholesky factor of the matrix, shifted by half of what counts as rounding, proves that; only
 * without one are eigenvalues computed.
 *
 * @param what - Name for the message, such as "covariance".
 * @throws {ArgumentError} It has one.
 */
export function requireSemidefinite(matrix: Matrix, what: string): void {
  if (hasShiftedFactor(matrix)) {
    return;
  }
  const eigenvalues = symmetricEigenvalues(matrix);
  const [smallest] = eigenvalues;
  const largest = eigenvalues[eigenvalues.length - 1];
  if (smallest < -NEGATIVE * Math.max(largest, -smallest)) {
    throw new ArgumentError(
      `${what} is not positive semidefinite: its smallest eigenvalue is ${smallest}`,
    );
  }
}

function hasShiftedFactor({ rows: n, values }: Matrix): boolean {
  let steepest = 0;
  for (let i = 0; i < n; i++) {
    steepest = Math.max(steepest, values[i * n + i]);
  }
  const shifted = Float64Array.from(values);
  for (let i = 0; i < n; i++) {
    shifted[i * n + i] += (NEGATIVE / 2) * steepest;
  }
  return choleskyFactor({ rows: n, cols: n, values: shifted }) !== undefined;
}
