import type { Matrix } from "@portfolio/quant";

/**
 * Brings the entries of a covariance within what its variances allow, |Σᵢⱼ| ≤ √(Σᵢᵢ Σⱼⱼ).
 *
 * A matrix that is positive semidefinite up to rounding can miss that by a trace, above all
 * beside an asset whose variance is 0 or nearly so, and the optimizer takes no such matrix.
 *
 * @param covariance - Symmetric, positive semidefinite up to rounding, shape (n, n).
 * @returns A copy, equal in every entry that is within its bound.
 */
export function removeRounding(covariance: Matrix): Matrix {
  const { rows: n, values } = covariance;
  const deviations = Float64Array.from({ length: n }, (_, i) =>
    Math.sqrt(Math.max(0, values[i * n + i] ?? 0)),
  );
  const bounded = Float64Array.from(values);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const bound = (deviations[i] ?? 0) * (deviations[j] ?? 0);
      const entry = values[i * n + j] ?? 0;
      if (i !== j && Math.abs(entry) > bound) {
        bounded[i * n + j] = Math.sign(entry) * bound;
      }
    }
    bounded[i * n + i] = Math.max(0, values[i * n + i] ?? 0);
  }
  return { rows: n, cols: n, values: bounded };
}
