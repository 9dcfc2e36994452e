import { ArgumentError } from "../errors.ts";
import type { Matrix } from "./matrix.ts";
import { symmetricEigenvalues } from "./symmetric-eigen.ts";

// An eigenvalue below minus this, relative to the largest, is no rounding of 0.
const NEGATIVE = 1e-10;

/**
 * Checks that a symmetric matrix has no negative eigenvalue beyond rounding.
 *
 * @param what - Name for the message, such as "covariance".
 * @throws {ArgumentError} It has one.
 */
export function requireSemidefinite(matrix: Matrix, what: string): void {
  const eigenvalues = symmetricEigenvalues(matrix);
  const [smallest] = eigenvalues;
  const largest = eigenvalues[eigenvalues.length - 1];
  if (smallest < -NEGATIVE * Math.max(largest, -smallest)) {
    throw new ArgumentError(
      `${what} is not positive semidefinite: its smallest eigenvalue is ${smallest}`,
    );
  }
}
