import { type Matrix, requireFinite, requireSquare } from "../linalg/matrix.ts";
import { symmetricEigen, symmetricEigenvalues } from "../linalg/symmetric-eigen.ts";
import { correlationFromCovariance } from "./correlation.ts";

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
// Correlations may miss positive semidefiniteness by this. The optimizer allows ten times as much.
const CORRELATION_TOLERANCE = 1e-10;

/**
 * Repairs a covariance that is not positive semidefinite, by clipping eigenvalues.
 *
 * Negative eigenvalues become 0, which gives the nearest positive semidefinite matrix in the
 * Frobenius norm. Variances grow by what is clipped. An eigenvalue above −1e-12 times the
 * largest magnitude counts as rounding of 0, unless it is more than that beside small variances:
 * then the correlations are clipped, and variances stay. Otherwise the input is returned as it
 * is.
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
  const extremes = { smallestEigenvalue, largestEigenvalue };
  const rounding =
    ROUNDING_TOLERANCE * Math.max(Math.abs(smallestEigenvalue), Math.abs(largestEigenvalue));
  if (smallestEigenvalue >= -rounding && hasSoundCorrelations(covariance)) {
    return { covariance, repaired: false, ...extremes, frobeniusChange: 0 };
  }
  const clipped = smallestEigenvalue < -rounding ? clipEigenvalues(covariance) : covariance;
  const repaired = clipCorrelations(clipped, smallestEigenvalue < -rounding ? rounding : 0);
  const frobeniusChange = distance(repaired, covariance);
  return { covariance: repaired, repaired: true, ...extremes, frobeniusChange };
}

/** Says whether the matrix is positive semidefinite for assets of little variance, too. */
function hasSoundCorrelations(covariance: Matrix): boolean {
  const { rows: n, values } = covariance;
  const bound = 1 + CORRELATION_TOLERANCE;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const limit = bound * Math.sqrt(values[i * n + i]) * Math.sqrt(values[j * n + j]);
      if (!(Math.abs(values[i * n + j]) <= limit)) {
        return false;
      }
    }
  }
  const correlations = correlationFromCovariance(covariance);
  return symmetricEigenvalues(correlations)[0] >= -CORRELATION_TOLERANCE;
}

/**
 * Clips negative eigenvalues. Adds |λ|·vv' for each, so that the rest of the matrix keeps its
 * digits, or builds it from the positive ones where those are the smaller part.
 */
function clipEigenvalues(matrix: Matrix): Matrix {
  const n = matrix.rows;
  const { values, vectors } = symmetricEigen(matrix);
  const isMostlyNegative = -values[0] > values[n - 1];
  const clipped = isMostlyNegative ? new Float64Array(n * n) : Float64Array.from(matrix.values);
  for (let k = 0; k < n; k++) {
    const weight = Math.max(0, isMostlyNegative ? values[k] : -values[k]);
    for (let i = 0; i < n && weight > 0; i++) {
      const factor = weight * vectors.values[k * n + i];
      for (let j = 0; j <= i; j++) {
        clipped[i * n + j] += factor * vectors.values[k * n + j];
      }
    }
  }
  mirrorLowerTriangle(clipped, n);
  return { rows: n, cols: n, values: clipped };
}

/** Clips negative eigenvalues of the correlations. Variances stay; up to `rounding` they are 0. */
function clipCorrelations(covariance: Matrix, rounding: number): Matrix {
  const n = covariance.rows;
  const values = Float64Array.from(covariance.values);
  for (let i = 0; i < n; i++) {
    values[i * n + i] = values[i * n + i] > rounding ? values[i * n + i] : 0;
  }
  const correlations = clipEigenvalues(correlationFromCovariance({ rows: n, cols: n, values }));
  const scales = Float64Array.from({ length: n }, (_, i) =>
    Math.sqrt(values[i * n + i] / correlations.values[i * n + i]),
  );
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const bound = Math.sqrt(values[i * n + i]) * Math.sqrt(values[j * n + j]);
      const entry = correlations.values[i * n + j] * scales[i] * scales[j];
      values[i * n + j] = Math.max(-bound, Math.min(bound, entry));
    }
  }
  mirrorLowerTriangle(values, n);
  return { rows: n, cols: n, values };
}

/** Copies the lower triangle of a square matrix to the upper. */
export function mirrorLowerTriangle(values: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      values[j * n + i] = values[i * n + j];
    }
  }
}

/** Computes the Frobenius norm of the difference of two symmetric matrices. */
function distance(a: Matrix, b: Matrix): number {
  let largest = 0;
  for (let k = 0; k < a.values.length; k++) {
    largest = Math.max(largest, Math.abs(a.values[k] - b.values[k]));
  }
  let sum = 0;
  for (let k = 0; k < a.values.length && largest > 0; k++) {
    sum += ((a.values[k] - b.values[k]) / largest) ** 2;
  }
  return largest * Math.sqrt(sum);
}
