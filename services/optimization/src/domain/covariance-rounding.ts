import type { Matrix } from "@portfolio/quant";

/**
 * Brings the entries of a covariance within what its variances allow, |Σᵢⱼ| ≤ √(Σᵢᵢ Σⱼⱼ).
 *
 * A matrix that is positive semidefinite up to rounding can miss that by a trace, above all
 * beside an asset whose variance is 0 or nearly so, and the optimizer takes no such matrix.
 *
 * @param covariance - Symmetric, positive semidefinite up to rounding, shape (n, n).
 * @param noise - A variance up to this is taken for 0.
 * @returns A copy, equal in every entry that is within its bound and no noise.
 */
export function removeRounding(covariance: Matrix, noise: number): Matrix {
  const { rows: n, values } = covariance;
  const variances = Float64Array.from({ length: n }, (_, i) => {
    const variance = values[i * n + i] ?? 0;
    return variance > noise ? variance : 0;
  });
  const deviations = variances.map(Math.sqrt);
  const bounded = Float64Array.from(values);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const bound = (deviations[i] ?? 0) * (deviations[j] ?? 0);
      const entry = values[i * n + j] ?? 0;
      if (i !== j && Math.abs(entry) > bound) {
        bounded[i * n + j] = Math.sign(entry) * bound;
      }
    }
    bounded[i * n + i] = variances[i] ?? 0;
  }
  return { rows: n, cols: n, values: bounded };
}
