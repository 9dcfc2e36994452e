import { ArgumentError } from "../errors.ts";
import { prepareKernels } from "./kernels/active-kernels.ts";
import {
  PANEL,
  packColumns,
  packLowerColumns,
  packLowerPanels,
  panelCountOf,
  unpackColumns,
  unpackLowerPanels,
} from "./kernels/panels.ts";

/**
 * Factors a symmetric positive definite matrix as LL', in place.
 *
 * @param a - Row-major, shape (n, n); the lower triangle is read. It becomes L, zero above the
 *   diagonal. When the factorization fails, `a` is as it was.
 * @param pivotMin - A pivot counts as 0 unless it is over this times its diagonal entry of `a`.
 * @returns −1, or the row of the first pivot that is 0, negative or NaN.
 * @throws {ArgumentError} `a` does not hold n² entries.
 * @see Golub & Van Loan (2013), "Matrix Computations", 4th ed., section 4.2.5
 */
export function choleskyInPlace(a: Float64Array, n: number, pivotMin = 0): number {
  requireLength(a, n * n, "matrix");
  const panelCount = panelCountOf(n);
  const { kernels, heap } = prepareKernels(panelCount * panelCount * PANEL * PANEL);
  packLowerPanels(heap, 0, a, n);
  const failed = kernels.factorPanels(0, panelCount, pivotMin);
  if (failed < 0) {
    unpackLowerPanels(heap, 0, a, n);
  }
  return failed;
}

/**
 * Solves LL'x = b in place.
 *
 * @param l - L, row-major, shape (n, n), as `choleskyInPlace` leaves it.
 * @param b - Length n. It becomes x.
 * @throws {ArgumentError} A length is wrong.
 */
export function solveCholesky(l: Float64Array, n: number, b: Float64Array): void {
  solveLower(l, n, b);
  solveLowerTransposed(l, n, b);
}

/** Solves Lx = b in place; arguments as in `solveCholesky`. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): void {
  requireLength(l, n * n, "factor");
  requireLength(b, n, "right-hand side");
  for (let i = 0; i < n; i++) {
    const row = i * n;
    b[i] = (b[i] - rangeProduct(l, row, b, 0, i)) / l[row + i];
  }
}

/** Solves L'x = b in place; arguments as in `solveCholesky`. */
export function solveLowerTransposed(l: Float64Array, n: number, b: Float64Array): void {
  requireLength(l, n * n, "factor");
  requireLength(b, n, "right-hand side");
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const x = b[i] / l[row + i];
    b[i] = x;
    for (let k = 0; k < i; k++) {
      b[k] -= l[row + k] * x;
    }
  }
}

/**
 * Solves LL'X = B in place, for many right-hand sides.
 *
 * @param l - L, row-major, shape (n, n), as `choleskyInPlace` leaves it.
 * @param b - Row-major, shape (n, m): a right-hand side in each column. It becomes X.
 * @throws {ArgumentError} A length is wrong.
 */
export function solveCholeskyMany(l: Float64Array, n: number, b: Float64Array, m: number): void {
  requireLength(l, n * n, "factor");
  requireLength(b, n * m, "right-hand sides");
  const panelCount = panelCountOf(n);
  const columnPanels = panelCountOf(m);
  const x = panelCount * panelCount * PANEL * PANEL;
  const { kernels, heap } = prepareKernels(x + columnPanels * panelCount * PANEL * PANEL);
  packColumns(heap, x, b, n, m);
  packLowerPanels(heap, 0, l, n);
  kernels.solveLowerPanels(0, panelCount, x, columnPanels);
  packLowerColumns(heap, 0, l, n);
  kernels.solveUpperPanels(0, panelCount, x, columnPanels);
  unpackColumns(heap, x, b, n, m);
}

/**
 * Computes y = Ax.
 *
 * @param a - Row-major, shape (m, n).
 * @param x - Length n.
 * @param y - Takes the product, length m; not x itself.
 * @throws {ArgumentError} The length of `a` is not m·n.
 */
export function gemv(a: Float64Array, x: Float64Array, y: Float64Array): void {
  const n = x.length;
  requireLength(a, n * y.length, "matrix");
  for (let i = 0; i < y.length; i++) {
    y[i] = rangeProduct(a, i * n, x, 0, n);
  }
}

/**
 * Computes y = A'x.
 *
 * @param a - Row-major, shape (m, n).
 * @param x - Length m.
 * @param y - Takes the product, length n; not x itself.
 * @throws {ArgumentError} The length of `a` is not m·n.
 */
export function gemvTransposed(a: Float64Array, x: Float64Array, y: Float64Array): void {
  const n = y.length;
  requireLength(a, n * x.length, "matrix");
  y.fill(0);
  let i = 0;
  for (; i + 3 < x.length; i += 4) {
    addFourRows(a, i * n, x, i, y);
  }
  for (; i < x.length; i++) {
    const row = i * n;
    const factor = x[i];
    for (let j = 0; j < n; j++) {
      y[j] += factor * a[row + j];
    }
  }
}

function addFourRows(
  a: Float64Array,
  row: number,
  x: Float64Array,
  at: number,
  y: Float64Array,
): void {
  const n = y.length;
  const x0 = x[at];
  const x1 = x[at + 1];
  const x2 = x[at + 2];
  const x3 = x[at + 3];
  for (let j = 0; j < n; j++) {
    const first = x0 * a[row + j] + x1 * a[row + n + j];
    y[j] += first + (x2 * a[row + 2 * n + j] + x3 * a[row + 3 * n + j]);
  }
}

/**
 * Adds factor · x·y' to A.
 *
 * @param a - Row-major, shape (m, n).
 * @param x - Length m.
 * @param y - Length n.
 * @throws {ArgumentError} The length of `a` is not m·n.
 */
export function addOuterProduct(
  a: Float64Array,
  factor: number,
  x: Float64Array,
  y: Float64Array,
): void {
  const n = y.length;
  requireLength(a, n * x.length, "matrix");
  for (let i = 0; i < x.length; i++) {
    const scaled = factor * x[i];
    const row = i * n;
    for (let j = 0; j < n; j++) {
      a[row + j] += scaled * y[j];
    }
  }
}

/**
 * Computes Σ a[aStart + k] · b[bStart + k] over `count` entries.
 *
 * Four sums side by side, every fourth term each, are added as (0 + 1) + (2 + 3), then what
 * remains: twice to four times as fast as one sum, and its rounding error is smaller.
 */
export function rangeProduct(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  count: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s0 += a[aStart + k] * b[bStart + k];
    s1 += a[aStart + k + 1] * b[bStart + k + 1];
    s2 += a[aStart + k + 2] * b[bStart + k + 2];
    s3 += a[aStart + k + 3] * b[bStart + k + 3];
  }
  let sum = s0 + s1 + (s2 + s3);
  for (; k < count; k++) {
    sum += a[aStart + k] * b[bStart + k];
  }
  return sum;
}

function requireLength(values: Float64Array, length: number, what: string): void {
  if (values.length !== length) {
    throw new ArgumentError(`${what} holds ${values.length} entries, not ${length}`);
  }
}
