import { choleskyFactor, choleskySolve } from "../../linalg/cholesky.ts";
import type { Matrix } from "../../linalg/matrix.ts";

// Past this many assets, one eigenvalue has to do: a Newton step costs 2n³.
const NEWTON_SIZE_LIMIT = 160;
const FIRST_BARRIER = 0.05;
const LAST_BARRIER = 2e-4;
const BARRIER_FACTOR = 0.25;
// What is left of the diagonal so that rounding cannot make the rest indefinite.
const SAFETY = 1 - 1e-7;

/**
 * Finds a large diagonal d ≥ 0 for which H − diag(d) is still positive semidefinite.
 *
 * Maximizes Σᵢ vᵢdᵢ by Newton's method with logarithmic barriers for the rest and for d; for more
 * than 160 variables, takes a multiple of the diagonal of H. 0 where H is singular.
 *
 * @param matrix - H, symmetric, positive semidefinite, shape (n, n).
 * @param values - The worth v of each entry, relative to 1/Hᵢᵢ, not negative, length n.
 * @param shouldStop - Asked before each Newton step; a diagonal of fewer steps is smaller.
 * @returns d, length n.
 * @see Frangioni & Gentile (2007), "SDP diagonalizations and perspective cuts for a class of
 *   nonseparable MIQP", doi:10.1016/j.orl.2006.03.008
 */
export function extractDiagonal(
  matrix: Matrix,
  values: Float64Array,
  shouldStop: () => boolean = () => false,
): Float64Array {
  const n = matrix.rows;
  const correlation = unitDiagonal(matrix);
  let share = 0.5;
  while (share > 1e-12 && factorRest(correlation, new Float64Array(n).fill(share)) === undefined) {
    share /= 2;
  }
  if (share <= 1e-12) {
    return new Float64Array(n);
  }
  let diagonal: Float64Array = new Float64Array(n).fill(share);
  if (n <= NEWTON_SIZE_LIMIT) {
    for (let barrier = FIRST_BARRIER; barrier > LAST_BARRIER; barrier *= BARRIER_FACTOR) {
      for (let step = 0; step < 3 && !shouldStop(); step++) {
        diagonal = newtonStep(correlation, diagonal, values, barrier);
      }
    }
  }
  return diagonal.map((entry, i) => entry * SAFETY * matrix.values[i * n + i]);
}

function unitDiagonal({ rows: n, values }: Matrix): Matrix {
  const scaled = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const size = Math.sqrt(values[i * n + i] * values[j * n + j]);
      // A variable without variance stays apart from the others and gets nothing.
      scaled[i * n + j] = size > 0 ? values[i * n + j] / size : Number(i === j);
    }
  }
  return { rows: n, cols: n, values: scaled };
}

function factorRest(matrix: Matrix, diagonal: Float64Array): Float64Array | undefined {
  const n = matrix.rows;
  const values = Float64Array.from(matrix.values);
  for (let i = 0; i < n; i++) {
    values[i * n + i] -= diagonal[i];
  }
  return choleskyFactor({ rows: n, cols: n, values });
}

/** Ascends Σ vᵢdᵢ + barrier·(log det(H − D) + Σ log dᵢ) as far as it stays inside. */
function newtonStep(
  matrix: Matrix,
  diagonal: Float64Array,
  values: Float64Array,
  barrier: number,
): Float64Array {
  const n = matrix.rows;
  const factor = factorRest(matrix, diagonal);
  if (factor === undefined) {
    return diagonal;
  }
  const hessian = inverseFrom(factor, n);
  const gradient = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    gradient[i] = values[i] / barrier - hessian[i * n + i] + 1 / diagonal[i];
  }
  for (let k = 0; k < n * n; k++) {
    hessian[k] *= hessian[k];
  }
  for (let i = 0; i < n; i++) {
    hessian[i * n + i] += 1 / (diagonal[i] * diagonal[i]);
  }
  const hessianFactor = choleskyFactor({ rows: n, cols: n, values: hessian });
  if (hessianFactor === undefined) {
    return diagonal;
  }
  const direction = choleskySolve(hessianFactor, gradient);
  for (let length = 1; length > 1e-4; length /= 2) {
    const next = diagonal.map((entry, i) => entry + length * direction[i]);
    if (next.every((entry) => entry > 0) && factorRest(matrix, next) !== undefined) {
      return next;
    }
  }
  return diagonal;
}

/** Computes (LL')⁻¹. */
function inverseFrom(factor: Float64Array, n: number): Float64Array {
  const lower = lowerInverse(factor, n);
  const inverse = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k; i++) {
      addMultiple(inverse, i * n, lower, k * n, k + 1, lower[k * n + i]);
    }
  }
  return inverse;
}

/** Computes L⁻¹, row by row. */
function lowerInverse(factor: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      addMultiple(lower, i * n, lower, k * n, k + 1, -factor[i * n + k]);
    }
    lower[i * n + i] = 1;
    for (let j = 0; j <= i; j++) {
      lower[i * n + j] /= factor[i * n + i];
    }
  }
  return lower;
}

/** Adds a multiple of `count` entries that start at one place to those that start at another. */
function addMultiple(
  to: Float64Array,
  toStart: number,
  from: Float64Array,
  fromStart: number,
  count: number,
  multiple: number,
): void {
  for (let j = 0; j < count; j++) {
    to[toStart + j] += multiple * from[fromStart + j];
  }
}
