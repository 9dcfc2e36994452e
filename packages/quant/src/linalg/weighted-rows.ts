import type { Matrix } from "./matrix.ts";

/**
 * Adds rows of Σ, each times its entry of x, to a product Σ·x.
 *
 * @param covariance - Row-major, shape (n, n).
 * @param held - The rows.
 * @param x - Length n.
 * @param product - Length n.
 */
export function addWeightedRows(
  covariance: Float64Array,
  held: Int32Array,
  x: Float64Array,
  product: Float64Array,
): void {
  const n = product.length;
  let k = 0;
  for (; k + 7 < held.length; k += 8) {
    addEightRows(covariance, n, held.subarray(k, k + 8), x, product);
  }
  for (; k + 3 < held.length; k += 4) {
    addFourRows(covariance, n, held.subarray(k, k + 4), x, product);
  }
  for (; k < held.length; k++) {
    const start = held[k] * n;
    const factor = x[held[k]];
    for (let i = 0; i < n; i++) {
      product[i] += factor * covariance[start + i];
    }
  }
}

/** Computes Σ·x of a symmetric Σ by its rows, many at a time. */
export function symmetricProduct({ rows, values }: Matrix, x: Float64Array): Float64Array {
  const product = new Float64Array(rows);
  addWeightedRows(
    values,
    Int32Array.from({ length: rows }, (_, i) => i),
    x,
    product,
  );
  return product;
}

/** Adds eight rows of Σ, so that each entry of the product is loaded once for eight. */
function addEightRows(
  covariance: Float64Array,
  n: number,
  rows: Int32Array,
  x: Float64Array,
  product: Float64Array,
): void {
  const [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
  const [x0, x1, x2, x3] = [x[r0], x[r1], x[r2], x[r3]];
  const [x4, x5, x6, x7] = [x[r4], x[r5], x[r6], x[r7]];
  const [s0, s1, s2, s3] = [r0 * n, r1 * n, r2 * n, r3 * n];
  const [s4, s5, s6, s7] = [r4 * n, r5 * n, r6 * n, r7 * n];
  for (let i = 0; i < n; i++) {
    product[i] +=
      x0 * covariance[s0 + i] +
      x1 * covariance[s1 + i] +
      (x2 * covariance[s2 + i] + x3 * covariance[s3 + i]) +
      (x4 * covariance[s4 + i] +
        x5 * covariance[s5 + i] +
        (x6 * covariance[s6 + i] + x7 * covariance[s7 + i]));
  }
}

/** Adds four rows of Σ, so that each entry of the product is loaded once for four. */
function addFourRows(
  covariance: Float64Array,
  n: number,
  rows: Int32Array,
  x: Float64Array,
  product: Float64Array,
): void {
  const [r0, r1, r2, r3] = rows;
  const [x0, x1, x2, x3] = [x[r0], x[r1], x[r2], x[r3]];
  const [s0, s1, s2, s3] = [r0 * n, r1 * n, r2 * n, r3 * n];
  for (let i = 0; i < n; i++) {
    product[i] +=
      x0 * covariance[s0 + i] +
      x1 * covariance[s1 + i] +
      x2 * covariance[s2 + i] +
      x3 * covariance[s3 + i];
  }
}
