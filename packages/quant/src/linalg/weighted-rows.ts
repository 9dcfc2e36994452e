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
    addEightRows(covariance, held, k, x, product);
  }
  for (; k + 3 < held.length; k += 4) {
    addFourRows(covariance, held, k, x, product);
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

/** Adds eight rows of Σ, those from `first` on, so that each entry of the product is loaded once for eight. */
function addEightRows(
  covariance: Float64Array,
  held: Int32Array,
  first: number,
  x: Float64Array,
  product: Float64Array,
): void {
  const n = product.length;
  const x0 = x[held[first]];
  const x1 = x[held[first + 1]];
  const x2 = x[held[first + 2]];
  const x3 = x[held[first + 3]];
  const x4 = x[held[first + 4]];
  const x5 = x[held[first + 5]];
  const x6 = x[held[first + 6]];
  const x7 = x[held[first + 7]];
  const s0 = held[first] * n;
  const s1 = held[first + 1] * n;
  const s2 = held[first + 2] * n;
  const s3 = held[first + 3] * n;
  const s4 = held[first + 4] * n;
  const s5 = held[first + 5] * n;
  const s6 = held[first + 6] * n;
  const s7 = held[first + 7] * n;
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

/** Adds four rows of Σ, those from `first` on, so that each entry of the product is loaded once for four. */
function addFourRows(
  covariance: Float64Array,
  held: Int32Array,
  first: number,
  x: Float64Array,
  product: Float64Array,
): void {
  const n = product.length;
  const x0 = x[held[first]];
  const x1 = x[held[first + 1]];
  const x2 = x[held[first + 2]];
  const x3 = x[held[first + 3]];
  const s0 = held[first] * n;
  const s1 = held[first + 1] * n;
  const s2 = held[first + 2] * n;
  const s3 = held[first + 3] * n;
  for (let i = 0; i < n; i++) {
    product[i] +=
      x0 * covariance[s0 + i] +
      x1 * covariance[s1 + i] +
      x2 * covariance[s2 + i] +
      x3 * covariance[s3 + i];
  }
}
