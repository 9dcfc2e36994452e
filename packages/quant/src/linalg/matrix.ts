import { ArgumentError } from "../errors.ts";
import { gemv, gemvTransposed, rangeProduct } from "./kernels.ts";

/** A dense real matrix, row-major: entry (i, j) is `values[i * cols + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/**
 * Builds a matrix from its rows.
 *
 * @throws {ArgumentError} The rows differ in length.
 */
export function matrixFromRows(rows: readonly (readonly number[])[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * cols);
  for (const [i, row] of rows.entries()) {
    if (row.length !== cols) {
      throw new ArgumentError(`row ${i} has ${row.length} entries, row 0 has ${cols}`);
    }
    values.set(row, i * cols);
  }
  return { rows: rows.length, cols, values };
}

/**
 * Computes the product A·x.
 *
 * @param a - The matrix A, shape (m, n).
 * @param x - The vector x, length n.
 * @returns The product, length m.
 * @throws {ArgumentError} The length of x is not n.
 */
export function multiplyVector(a: Matrix, x: Float64Array): Float64Array {
  if (x.length !== a.cols) {
    throw new ArgumentError(`vector has ${x.length} entries, matrix has ${a.cols} columns`);
  }
  const product = new Float64Array(a.rows);
  gemv(a.values, x, product);
  return product;
}

/**
 * Computes a'w, the sum of a's rows weighted by w.
 *
 * @param weights - Length m, where a has shape (m, n).
 * @returns Length n.
 * @throws {ArgumentError} The length of the weights is not m.
 */
export function transposeTimes(a: Matrix, weights: Float64Array): Float64Array {
  const product = new Float64Array(a.cols);
  gemvTransposed(a.values, weights, product);
  return product;
}

/**
 * Computes the inner product x·y of two vectors of one length.
 *
 * @throws {ArgumentError} The lengths differ.
 */
export function dot(x: Float64Array, y: Float64Array): number {
  if (x.length !== y.length) {
    throw new ArgumentError(`vectors have ${x.length} and ${y.length} entries`);
  }
  return rangeProduct(x, 0, y, 0, x.length);
}

/**
 * Computes the quadratic form x'Ax.
 *
 * @throws {ArgumentError} A is not square, or its size is not the length of x.
 */
export function quadraticForm(a: Matrix, x: Float64Array): number {
  return dot(x, multiplyVector(requireSquare(a, "matrix"), x));
}

/** Takes some rows of a square matrix and the same columns. */
export function principalSubmatrix({ cols, values }: Matrix, lines: ArrayLike<number>): Matrix {
  const n = lines.length;
  const part = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    const row = lines[a] * cols;
    for (let b = 0; b < n; b++) {
      part[a * n + b] = values[row + lines[b]];
    }
  }
  return { rows: n, cols: n, values: part };
}

/**
 * Checks that every entry is a finite number.
 *
 * @param what - Name for the message, such as "expected returns".
 * @throws {ArgumentError} An entry is NaN or infinite.
 */
export function requireFinite(values: Float64Array, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new ArgumentError(`${what}: entry ${i} is ${values[i]}, not a finite number`);
    }
  }
}

/**
 * Checks the shape of a matrix and hands it back.
 *
 * @throws {ArgumentError} The matrix is not square, or its storage has the wrong length.
 */
export function requireSquare(a: Matrix, what: string): Matrix {
  if (a.rows !== a.cols) {
    throw new ArgumentError(`${what} is ${a.rows} by ${a.cols}, not square`);
  }
  if (a.values.length !== a.rows * a.cols) {
    throw new ArgumentError(`${what} holds ${a.values.length} values, not ${a.rows * a.cols}`);
  }
  return a;
}

// Two correct roundings of one sum of products differ by less than this, relative to √(aᵢᵢ aⱼⱼ).
const ASYMMETRY_TOLERANCE = 1e-9;
const TILE = 32;
// Deviations of variances up to this have a finite product, which bounds what is not finite.
const VARIANCE_MAX = 1e300;

/**
 * Checks that a covariance matrix is square, finite, symmetric, and that no entry
 * exceeds what its two variances allow, |Σᵢⱼ| ≤ √(Σᵢᵢ Σⱼⱼ).
 *
 * Positive semidefiniteness proper is not checked: that costs n³/3.
 *
 * @returns Whether it is symmetric to the last bit.
 * @throws {ArgumentError} One of these fails.
 */
export function requireCovariance(covariance: Matrix): boolean {
  requireSquare(covariance, "covariance");
  const { rows: n, values } = covariance;
  for (let i = 0; i < n; i++) {
    const variance = values[i * n + i];
    if (!(variance >= 0 && variance <= VARIANCE_MAX)) {
      requireFinite(values, "covariance");
    }
    if (variance < 0) {
      throw new ArgumentError(`covariance has a negative variance at ${i}: ${variance}`);
    }
  }
  const deviations = Float64Array.from({ length: n }, (_, i) => Math.sqrt(values[i * n + i]));
  let isExact = true;
  // In tiles, so that rows and columns of one stay in the cache.
  for (let top = 0; top < n; top += TILE) {
    for (let left = 0; left <= top; left += TILE) {
      if (!isPlainTile(values, deviations, top, left)) {
        requireCovarianceTile(values, deviations, top, left);
        isExact = false;
      }
    }
  }
  return isExact;
}

/**
 * Says whether a tile is symmetric to the last bit and keeps to its variances. Two rows at a time, whose
 * mirror images are neighbors; what is on or above the diagonal is looked at as well.
 */
function isPlainTile(
  values: Float64Array,
  deviations: Float64Array,
  top: number,
  left: number,
): boolean {
  const n = deviations.length;
  const stop = Math.min(left + TILE, n);
  for (let i = top; i < Math.min(top + TILE, n); i += 2) {
    const other = Math.min(i + 1, n - 1);
    const [row, otherRow] = [i * n, other * n];
    const bound = deviations[i] * (1 + ASYMMETRY_TOLERANCE);
    const otherBound = deviations[other] * (1 + ASYMMETRY_TOLERANCE);
    for (let j = left, mirror = left * n; j < stop; j++, mirror += n) {
      const entry = values[row + j];
      const otherEntry = values[otherRow + j];
      const isSymmetric = entry === values[mirror + i] && otherEntry === values[mirror + other];
      const deviation = deviations[j];
      const isWithin =
        Math.abs(entry) <= bound * deviation && Math.abs(otherEntry) <= otherBound * deviation;
      if (!(isSymmetric && isWithin)) {
        return false;
      }
    }
  }
  return true;
}

function requireCovarianceTile(
  values: Float64Array,
  deviations: Float64Array,
  top: number,
  left: number,
): void {
  const n = deviations.length;
  for (let i = top; i < Math.min(top + TILE, n); i++) {
    const end = Math.min(left + TILE, i);
    const deviation = deviations[i];
    for (let j = left; j < end; j++) {
      const bound = deviation * deviations[j];
      const entry = values[i * n + j];
      const isSymmetric = Math.abs(entry - values[j * n + i]) <= ASYMMETRY_TOLERANCE * bound;
      // Not even for NaN or infinity, whose bound is finite.
      if (!(isSymmetric && Math.abs(entry) <= bound * (1 + ASYMMETRY_TOLERANCE))) {
        requireFinite(values, "covariance");
        throw new ArgumentError(
          isSymmetric
            ? `covariance is not positive semidefinite: entry (${i}, ${j}) exceeds its variances`
            : `covariance is not symmetric at (${i}, ${j})`,
        );
      }
    }
  }
}

/** Copies rows of a matrix, in the order given. */
export function takeRows({ cols, values }: Matrix, rows: ArrayLike<number>): Matrix {
  const taken = new Float64Array(rows.length * cols);
  for (let k = 0; k < rows.length; k++) {
    taken.set(values.subarray(rows[k] * cols, (rows[k] + 1) * cols), k * cols);
  }
  return { rows: rows.length, cols, values: taken };
}
