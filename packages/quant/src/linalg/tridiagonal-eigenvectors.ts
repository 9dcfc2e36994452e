import { rangeProduct } from "./kernels.ts";

const ITERATIONS_MAX = 8;
// Residuals of this many roundings of the matrix, times √n, are as small as they get.
const RESIDUAL_ROUNDINGS = 8;

/** A symmetric tridiagonal matrix; entry k of `e` couples k and k + 1, and the last is 0. */
interface Tridiagonal {
  readonly d: Float64Array;
  readonly e: Float64Array;
  /** The largest |dᵢ| + |eᵢ|. */
  readonly size: number;
}

/** T − λI = PLU, with three diagonals of U. */
interface ShiftedFactor {
  readonly pivots: Float64Array;
  readonly second: Float64Array;
  readonly third: Float64Array;
  readonly multipliers: Float64Array;
  readonly isSwapped: Uint8Array;
}

/**
 * Computes eigenvectors of a symmetric tridiagonal matrix by inverse iteration.
 *
 * Every vector is kept orthogonal to those before it, so that equal eigenvalues have vectors of
 * their own.
 *
 * @param diagonal - Length n.
 * @param offDiagonal - Length n, entry k couples k and k + 1; the last is 0.
 * @param values - Eigenvalues of the matrix to rounding, length k; equal ones side by side.
 * @returns Orthonormal vectors in rows, shape (k, n). Nothing when one has not converged.
 * @see Golub & Van Loan (2013), "Matrix Computations", 4th ed., section 8.4.1; LAPACK's DSTEIN
 */
export function tridiagonalEigenvectors(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  values: Float64Array,
): Float64Array | undefined {
  const n = diagonal.length;
  const matrix: Tridiagonal = {
    d: diagonal,
    e: offDiagonal,
    size: diagonal.reduce(
      (size, x, i) => Math.max(size, Math.abs(x) + Math.abs(offDiagonal[i])),
      0,
    ),
  };
  const factor: ShiftedFactor = {
    pivots: new Float64Array(n),
    second: new Float64Array(n),
    third: new Float64Array(n),
    multipliers: new Float64Array(n),
    isSwapped: new Uint8Array(n),
  };
  const vectors = new Float64Array(values.length * n);
  for (let k = 0; k < values.length; k++) {
    factorShifted(matrix, values[k], factor);
    if (!iterate(matrix, factor, values[k], vectors, k)) {
      return undefined;
    }
  }
  return vectors;
}

/** Iterates vector k. @returns Whether it has converged. */
function iterate(
  matrix: Tridiagonal,
  factor: ShiftedFactor,
  value: number,
  vectors: Float64Array,
  k: number,
): boolean {
  const n = matrix.d.length;
  const x = vectors.subarray(k * n, (k + 1) * n);
  for (let i = 0; i < n; i++) {
    // No pattern that an eigenvector could be orthogonal to.
    x[i] = Math.sin(1 + (i + 1) * (k + 1.618));
  }
  const enough = RESIDUAL_ROUNDINGS * Number.EPSILON * Math.sqrt(n) * matrix.size;
  for (let iteration = 0; iteration < ITERATIONS_MAX; iteration++) {
    if (!orthonormalize(vectors, n, k)) {
      return false;
    }
    if (iteration > 1 && residualOf(matrix, value, x) <= enough) {
      return true;
    }
    solveShifted(factor, x);
  }
  return false;
}

/** Factors T − λI with row pivoting; pivots that vanish become a rounding of the matrix. */
function factorShifted({ d, e, size }: Tridiagonal, value: number, factor: ShiftedFactor): void {
  const { pivots, second, third, multipliers, isSwapped } = factor;
  const n = d.length;
  const smallest = Number.EPSILON * size || Number.MIN_VALUE;
  let pivot = d[0] - value;
  let beside = e[0];
  for (let i = 0; i < n - 1; i++) {
    const below = e[i];
    const nextDiagonal = d[i + 1] - value;
    const swaps = Math.abs(below) > Math.abs(pivot);
    isSwapped[i] = swaps ? 1 : 0;
    if (swaps) {
      multipliers[i] = pivot / below;
      pivots[i] = below;
      second[i] = nextDiagonal;
      third[i] = e[i + 1];
      pivot = beside - multipliers[i] * nextDiagonal;
      beside = -multipliers[i] * e[i + 1];
    } else {
      pivots[i] = Math.abs(pivot) < smallest ? smallest : pivot;
      multipliers[i] = below / pivots[i];
      second[i] = beside;
      third[i] = 0;
      pivot = nextDiagonal - multipliers[i] * beside;
      beside = e[i + 1];
    }
  }
  pivots[n - 1] = Math.abs(pivot) < smallest ? smallest : pivot;
}

function solveShifted(factor: ShiftedFactor, x: Float64Array): void {
  const { pivots, second, third, multipliers, isSwapped } = factor;
  const n = x.length;
  for (let i = 0; i < n - 1; i++) {
    const upper = isSwapped[i] === 1 ? x[i + 1] : x[i];
    const lower = isSwapped[i] === 1 ? x[i] : x[i + 1];
    x[i] = upper;
    x[i + 1] = lower - multipliers[i] * upper;
  }
  x[n - 1] /= pivots[n - 1];
  for (let i = n - 2; i >= 0; i--) {
    const far = i + 2 < n ? third[i] * x[i + 2] : 0;
    x[i] = (x[i] - second[i] * x[i + 1] - far) / pivots[i];
  }
}

/**
 * Makes vector k a unit vector that is orthogonal to those before it.
 *
 * @returns Whether there was something left to scale.
 */
function orthonormalize(vectors: Float64Array, n: number, k: number): boolean {
  const start = k * n;
  // Once leaves a rounding of what it takes away; twice is enough (Kahan and Parlett).
  for (let pass = 0; pass < 2; pass++) {
    if (!normalize(vectors, start, n)) {
      return false;
    }
    for (let other = 0; other < start; other += n) {
      const share = rangeProduct(vectors, other, vectors, start, n);
      for (let i = 0; i < n; i++) {
        vectors[start + i] -= share * vectors[other + i];
      }
    }
  }
  return normalize(vectors, start, n);
}

function normalize(vectors: Float64Array, start: number, n: number): boolean {
  let largest = 0;
  for (let i = start; i < start + n; i++) {
    largest = Math.max(largest, Math.abs(vectors[i]));
  }
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) {
    return false;
  }
  for (let i = start; i < start + n; i++) {
    vectors[i] /= largest;
  }
  const length = Math.sqrt(rangeProduct(vectors, start, vectors, start, n));
  for (let i = start; i < start + n; i++) {
    vectors[i] /= length;
  }
  return true;
}

/** Finds the largest entry of |Tx − λx|. */
function residualOf({ d, e }: Tridiagonal, value: number, x: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const before = i > 0 ? e[i - 1] * x[i - 1] : 0;
    const after = i + 1 < x.length ? e[i] * x[i + 1] : 0;
    largest = Math.max(largest, Math.abs((d[i] - value) * x[i] + before + after));
  }
  return largest;
}
