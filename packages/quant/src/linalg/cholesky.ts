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
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = values[i * n + j] - rowProduct(factor, i * n, j * n, j);
      if (j < i) {
        factor[i * n + j] = rest / factor[j * n + j];
      } else if (rest > PIVOT_MIN * values[i * n + i]) {
        factor[i * n + i] = Math.sqrt(rest);
      } else {
        return undefined;
      }
    }
  }
  return factor;
}

/** Computes the inner product of `count` entries that start at two places. */
function rowProduct(values: Float64Array, a: number, b: number, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) {
    sum += values[a + k] * values[b + k];
  }
  return sum;
}

/**
 * Solves LL'x = b.
 *
 * @param factor - L, row-major, shape (n, n), as `choleskyFactor` gives it.
 * @param b - Length n.
 * @returns x, length n.
 */
export function choleskySolve(factor: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      x[i] -= factor[i * n + k] * x[k];
    }
    x[i] /= factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      x[i] -= factor[k * n + i] * x[k];
    }
    x[i] /= factor[i * n + i];
  }
  return x;
}
