import type { Link } from "./conic-block.ts";

/**
 * Adds Σ ωₚ²(rᵢ − rⱼ)(rᵢ − rⱼ)' over pairs p = (i, j) to the lower triangle of a Hessian.
 *
 * As R'(MR), M being the weighted graph Laplacian of the pairs, which costs n operations a pair and
 * Tn² once, and not n² a pair.
 *
 * @param rootWeights - ω, one a pair.
 * @param hessian - Shape (n, n).
 */
export function addPairGram(
  { matrix, pairs }: Extract<Link, { readonly kind: "pairs" }>,
  rootWeights: Float64Array,
  hessian: Float64Array,
): void {
  const { rows, cols: n, values } = matrix;
  const { first, second } = pairs;
  const degrees = new Float64Array(rows);
  const product = new Float64Array(rows * n);
  for (let p = 0; p < first.length; p++) {
    const weight = rootWeights[p] * rootWeights[p];
    const i = first[p] * n;
    const j = second[p] * n;
    degrees[first[p]] += weight;
    degrees[second[p]] += weight;
    for (let c = 0; c < n; c++) {
      product[i + c] -= weight * values[j + c];
      product[j + c] -= weight * values[i + c];
    }
  }
  for (let t = 0; t < rows; t++) {
    for (let c = t * n; c < (t + 1) * n; c++) {
      product[c] += degrees[t] * values[c];
    }
  }
  addLowerProduct(values, product, { rows, n }, hessian);
}

/** Adds the lower triangle of R'Q, four rows at a time. */
function addLowerProduct(
  r: Float64Array,
  q: Float64Array,
  { rows, n }: { readonly rows: number; readonly n: number },
  out: Float64Array,
): void {
  for (let t = 0; t < rows; t++) {
    const row = t * n;
    for (let i = 0; i < n; i++) {
      const value = r[row + i];
      const target = i * n;
      for (let j = 0; j <= i; j++) {
        out[target + j] += value * q[row + j];
      }
    }
  }
}
