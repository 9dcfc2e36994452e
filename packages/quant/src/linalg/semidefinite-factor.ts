import { type Matrix, requireSquare } from "./matrix.ts";

// Pivots below this times n, relative to the largest variance, are rounding of 0.
const ROUNDING = 4 * Number.EPSILON;

/**
 * Factors a positive semidefinite matrix as A = F'F by Cholesky's method with diagonal pivoting.
 *
 * @param a - Shape (n, n), symmetric positive semidefinite.
 * @returns F, shape (rank, n), of as few rows as the rank of A up to rounding.
 * @see Higham (1990), "Analysis of the Cholesky decomposition of a semi-definite matrix"
 */
export function semidefiniteFactor(a: Matrix): Matrix {
  const { rows: n, values } = requireSquare(a, "matrix");
  const left = Float64Array.from({ length: n }, (_, i) => values[i * n + i]);
  const smallest = ROUNDING * n * left.reduce((most, value) => Math.max(most, value), 0);
  const factor = new Float64Array(n * n);
  let rank = 0;
  for (; rank < n; rank++) {
    const pivot = indexOfLargest(left);
    if (!(left[pivot] > smallest)) {
      break;
    }
    eliminate(values, factor, left, rank, pivot);
  }
  return { rows: rank, cols: n, values: factor.slice(0, rank * n) };
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (values[i] > values[best]) {
      best = i;
    }
  }
  return best;
}

/** Writes row `rank` of the factor, and takes what it explains from the diagonal that is left. */
function eliminate(
  values: Float64Array,
  factor: Float64Array,
  left: Float64Array,
  rank: number,
  pivot: number,
): void {
  const n = left.length;
  const root = Math.sqrt(left[pivot]);
  const row = rank * n;
  for (let j = 0; j < n; j++) {
    factor[row + j] = values[pivot * n + j];
  }
  for (let k = 0; k < rank; k++) {
    const multiple = factor[k * n + pivot];
    for (let j = 0; j < n; j++) {
      factor[row + j] -= multiple * factor[k * n + j];
    }
  }
  for (let j = 0; j < n; j++) {
    factor[row + j] = left[j] === Number.NEGATIVE_INFINITY ? 0 : factor[row + j] / root;
  }
  for (let j = 0; j < n; j++) {
    left[j] -= factor[row + j] ** 2;
  }
  factor[row + pivot] = root;
  left[pivot] = Number.NEGATIVE_INFINITY;
}
