import type { Matrix } from "./matrix.ts";

/** Eigenvalues in ascending order with their orthonormal eigenvectors. */
export interface SymmetricEigen {
  /** Length n. */
  readonly values: Float64Array;
  /** Shape (n, n); row k is the eigenvector of eigenvalue k. */
  readonly vectors: Matrix;
}

/** A symmetric tridiagonal matrix Q'AQ and the Householder vectors that make up Q. */
interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Entry k couples k and k + 1; the last is 0. */
  readonly offDiagonal: Float64Array;
  /** Row k, entries k + 1 …, is the unit-scaled Householder vector of step k. */
  readonly reflectors: Float64Array;
}

const SWEEPS_PER_EIGENVALUE = 60;

/**
 * Computes the eigenvalues of a symmetric matrix in ascending order.
 *
 * Householder reduction to tridiagonal form, then the implicit QL method. Errors are a few
 * ε‖A‖: a zero eigenvalue may come out as ±1e-16 of the largest.
 *
 * @param a - Symmetric matrix, shape (n, n), finite. Only its lower triangle is read.
 * @see Golub & Van Loan (2013), "Matrix Computations", 4th ed., sections 8.3.1 and 8.3.3
 */
export function symmetricEigenvalues(a: Matrix): Float64Array {
  const { diagonal, offDiagonal } = tridiagonalize(a);
  diagonalize(diagonal, offDiagonal, undefined);
  return diagonal.sort();
}

/**
 * Computes the eigenvalues and eigenvectors of a symmetric matrix.
 *
 * @param a - Symmetric matrix, shape (n, n), finite. Only its lower triangle is read.
 * @see symmetricEigenvalues
 */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  const n = a.rows;
  const tridiagonal = tridiagonalize(a);
  const rows = accumulateReflectors(tridiagonal.reflectors, n);
  diagonalize(tridiagonal.diagonal, tridiagonal.offDiagonal, rows);
  const order = Array.from(tridiagonal.diagonal.keys());
  order.sort((i, j) => tridiagonal.diagonal[i] - tridiagonal.diagonal[j]);
  const vectors = new Float64Array(n * n);
  for (const [k, source] of order.entries()) {
    vectors.set(rows.subarray(source * n, (source + 1) * n), k * n);
  }
  return {
    values: Float64Array.from(order, (k) => tridiagonal.diagonal[k]),
    vectors: { rows: n, cols: n, values: vectors },
  };
}

function tridiagonalize(a: Matrix): Tridiagonal {
  const n = a.rows;
  const work = Float64Array.from(a.values);
  const reflectors = new Float64Array(n * n);
  const offDiagonal = new Float64Array(n);
  const product = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const reflector = reflectors.subarray(k * n, (k + 1) * n);
    offDiagonal[k] = columnReflector(work, n, k, reflector);
    if (reflector[k + 1] !== 0) {
      reflectTrailingBlock(work, n, k + 1, reflector, product);
    }
  }
  const diagonal = Float64Array.from({ length: n }, (_, k) => work[k * n + k]);
  return { diagonal, offDiagonal, reflectors };
}

/**
 * Finds v with ‖v‖² = 2 so that (I − vv') maps column k below its diagonal to a multiple of
 * the first unit vector, and returns that multiple. v is 0 when nothing needs to be done.
 */
function columnReflector(work: Float64Array, n: number, k: number, v: Float64Array): number {
  let scale = 0;
  for (let i = k + 1; i < n; i++) {
    scale = Math.max(scale, Math.abs(work[i * n + k]));
  }
  if (scale === 0) {
    return 0;
  }
  let squared = 0;
  for (let i = k + 1; i < n; i++) {
    v[i] = work[i * n + k] / scale;
    squared += v[i] * v[i];
  }
  const head = v[k + 1];
  const alpha = head > 0 ? -Math.sqrt(squared) : Math.sqrt(squared);
  // ‖x − αe‖² = 2(‖x‖² − α·x₁), and v is scaled to squared length 2.
  const shrink = 1 / Math.sqrt(squared - alpha * head);
  v[k + 1] = head - alpha;
  for (let i = k + 1; i < n; i++) {
    v[i] *= shrink;
  }
  return alpha * scale;
}

/** Applies (I − vv')·B·(I − vv') to the lower triangle of the trailing block from `first` on. */
function reflectTrailingBlock(
  work: Float64Array,
  n: number,
  first: number,
  v: Float64Array,
  product: Float64Array,
): void {
  product.fill(0, first);
  for (let i = first; i < n; i++) {
    const row = i * n;
    const vi = v[i];
    let sum = work[row + i] * vi;
    for (let j = first; j < i; j++) {
      sum += work[row + j] * v[j];
      product[j] += work[row + j] * vi;
    }
    product[i] += sum;
  }
  let half = 0;
  for (let i = first; i < n; i++) {
    half += product[i] * v[i];
  }
  half /= 2;
  for (let i = first; i < n; i++) {
    product[i] -= half * v[i];
  }
  for (let i = first; i < n; i++) {
    const row = i * n;
    const vi = v[i];
    const pi = product[i];
    for (let j = first; j <= i; j++) {
      work[row + j] -= vi * product[j] + pi * v[j];
    }
  }
}

/** Builds Q' = …H₁H₀ (row k becomes eigenvector k after the rotations of `diagonalize`). */
function accumulateReflectors(reflectors: Float64Array, n: number): Float64Array {
  const transposed = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    transposed[i * n + i] = 1;
  }
  for (let k = n - 2; k >= 0; k--) {
    const v = reflectors.subarray(k * n, (k + 1) * n);
    for (let i = k + 1; i < n; i++) {
      const row = i * n;
      let sum = 0;
      for (let j = k + 1; j < n; j++) {
        sum += transposed[row + j] * v[j];
      }
      for (let j = k + 1; j < n; j++) {
        transposed[row + j] -= sum * v[j];
      }
    }
  }
  return transposed;
}

/** Turns a tridiagonal matrix into its eigenvalues, rotating the given rows along. */
function diagonalize(d: Float64Array, e: Float64Array, rows: Float64Array | undefined): void {
  const n = d.length;
  const negligible = Number.EPSILON * tridiagonalSize(d, e);
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      const m = firstNegligible(d, e, l, negligible);
      if (m === l) {
        break;
      }
      if (sweep === SWEEPS_PER_EIGENVALUE) {
        throw new Error(`eigenvalue ${l} has not converged in ${SWEEPS_PER_EIGENVALUE} sweeps`);
      }
      implicitStep(d, e, l, m, rows);
    }
  }
}

/**
 * Finds where the matrix falls apart.
 *
 * Measured against the whole matrix, not the neighbors: rounding of the large entries keeps
 * filling in e beside tiny d, which then would never converge.
 */
function firstNegligible(d: Float64Array, e: Float64Array, from: number, negligible: number) {
  let m = from;
  while (m < d.length - 1 && Math.abs(e[m]) > negligible) {
    m++;
  }
  return m;
}

/** Finds the largest |dᵢ| + |eᵢ|. */
function tridiagonalSize(d: Float64Array, e: Float64Array): number {
  let size = 0;
  for (let i = 0; i < d.length; i++) {
    size = Math.max(size, Math.abs(d[i]) + (i < d.length - 1 ? Math.abs(e[i]) : 0));
  }
  return size;
}

/** Chases the bulge of one implicit QL step with Wilkinson's shift through rows l … m. */
function implicitStep(
  d: Float64Array,
  e: Float64Array,
  l: number,
  m: number,
  rows: Float64Array | undefined,
): void {
  const ratio = (d[l + 1] - d[l]) / (2 * e[l]);
  const root = Math.hypot(ratio, 1);
  let g = d[m] - d[l] + e[l] / (ratio + (ratio >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let shift = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = sine * e[i];
    const b = cosine * e[i];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= shift;
      e[m] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    const h = d[i + 1] - shift;
    const t = (d[i] - h) * sine + 2 * cosine * b;
    shift = sine * t;
    d[i + 1] = h + shift;
    g = cosine * t - b;
    if (rows !== undefined) {
      rotateRows(rows, d.length, i, sine, cosine);
    }
  }
  d[l] -= shift;
  e[l] = g;
  e[m] = 0;
}

function rotateRows(rows: Float64Array, n: number, i: number, sine: number, cosine: number): void {
  const low = i * n;
  const high = low + n;
  for (let k = 0; k < n; k++) {
    const upper = rows[high + k];
    const lower = rows[low + k];
    rows[high + k] = sine * lower + cosine * upper;
    rows[low + k] = cosine * lower - sine * upper;
  }
}
