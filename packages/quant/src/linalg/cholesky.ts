import { choleskyInPlace, solveCholesky } from "./kernels.ts";
import type { Matrix } from "./matrix.ts";

// A pivot that lost this much of its diagonal entry is rounding.
const PIVOT_MIN = 1e-13;

/**
 * Factors a symmetric positive definite matrix as LL'.
 *
 * @param a - Symmetric, shape (n, n); the lower triangle is read.
 * @returns L, row-major, shape (n, n), zero above the diagonal. Nothing when a pivot is not over
 *   1e-13 of its diagonal entry, that is, when the matrix is singular up to rounding.
 */
export function choleskyFactor({ rows: n, values }: Matrix): Float64Array | undefined {
  const factor = Float64Array.from(values);
  return choleskyInPlace(factor, n, PIVOT_MIN) < 0 ? factor : undefined;
}

/**
 * Solves LL'x = b.
 *
 * @param factor - L, row-major, shape (n, n), as `choleskyFactor` gives it.
 * @param b - Length n.
 * @returns x, length n.
 */
export function choleskySolve(factor: Float64Array, b: Float64Array): Float64Array {
  const x = Float64Array.from(b);
  solveCholesky(factor, b.length, x);
  return x;
}
