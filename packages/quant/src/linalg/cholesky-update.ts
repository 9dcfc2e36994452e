import { ArgumentError } from "../errors.ts";
import { rangeProduct, solveLower } from "./kernels.ts";

// Rows that are rotated together.
const ROWS = 4;

/**
 * Turns the factor of A into that of A + xx', in place, by n plane rotations: 3n² operations.
 *
 * @param l - L with A = LL', row-major, shape (n, n), as `choleskyInPlace` leaves it.
 * @param x - Length n. What it holds afterwards has no meaning.
 * @throws {ArgumentError} A length is wrong.
 * @see Golub & Van Loan (2013), "Matrix Computations", 4th ed., section 6.5.4
 */
export function updateCholesky(l: Float64Array, n: number, x: Float64Array): void {
  requireFactor(l, n, x);
  const cosines = new Float64Array(n);
  // x holds the sines of the rotations that are done, and what is left of x in the rows to come.
  for (let first = 0; first < n; first += ROWS) {
    const end = Math.min(first + ROWS, n);
    if (end === first + ROWS) {
      rotateFourRows(l, n, first, x, cosines);
    } else {
      for (let i = first; i < end; i++) {
        x[i] = rotateRow(l, i * n, 0, first, x[i], x, cosines);
      }
    }
    for (let i = first; i < end; i++) {
      const rest = rotateRow(l, i * n, first, i, x[i], x, cosines);
      const pivot = Math.hypot(l[i * n + i], rest);
      cosines[i] = l[i * n + i] / pivot;
      x[i] = rest / pivot;
      l[i * n + i] = pivot;
    }
  }
}

/** Applies rotations `start` … `end` − 1 to one row. @returns What they leave of its entry of x. */
function rotateRow(
  l: Float64Array,
  row: number,
  start: number,
  end: number,
  entryOfX: number,
  sines: Float64Array,
  cosines: Float64Array,
): number {
  let rest = entryOfX;
  for (let k = start; k < end; k++) {
    const entry = l[row + k];
    l[row + k] = cosines[k] * entry + sines[k] * rest;
    rest = cosines[k] * rest - sines[k] * entry;
  }
  return rest;
}

/** Applies the rotations before row `first` to four rows: one alone would wait for each result. */
function rotateFourRows(
  l: Float64Array,
  n: number,
  first: number,
  x: Float64Array,
  cosines: Float64Array,
): void {
  const row = first * n;
  let rest0 = x[first];
  let rest1 = x[first + 1];
  let rest2 = x[first + 2];
  let rest3 = x[first + 3];
  for (let k = 0; k < first; k++) {
    const sine = x[k];
    const cosine = cosines[k];
    const entry0 = l[row + k];
    const entry1 = l[row + n + k];
    const entry2 = l[row + 2 * n + k];
    const entry3 = l[row + 3 * n + k];
    l[row + k] = cosine * entry0 + sine * rest0;
    l[row + n + k] = cosine * entry1 + sine * rest1;
    l[row + 2 * n + k] = cosine * entry2 + sine * rest2;
    l[row + 3 * n + k] = cosine * entry3 + sine * rest3;
    rest0 = cosine * rest0 - sine * entry0;
    rest1 = cosine * rest1 - sine * entry1;
    rest2 = cosine * rest2 - sine * entry2;
    rest3 = cosine * rest3 - sine * entry3;
  }
  x[first] = rest0;
  x[first + 1] = rest1;
  x[first + 2] = rest2;
  x[first + 3] = rest3;
}

/**
 * Turns the factor of A into that of A − xx', in place, where that is positive definite.
 *
 * @param l - L with A = LL', row-major, shape (n, n), as `choleskyInPlace` leaves it.
 * @param x - Length n. What it holds afterwards has no meaning.
 * @returns Whether A − xx' is positive definite, 1 − x'A⁻¹x > 0. If not, `l` is as it was.
 * @throws {ArgumentError} A length is wrong.
 * @see Dongarra et al. (1979), "LINPACK Users' Guide", chapter 10, DCHDD
 */
export function downdateCholesky(l: Float64Array, n: number, x: Float64Array): boolean {
  requireFactor(l, n, x);
  solveLower(l, n, x);
  const remainder = 1 - rangeProduct(x, 0, x, 0, n);
  if (!(remainder > 0)) {
    return false;
  }
  const cosines = new Float64Array(n);
  let length = Math.sqrt(remainder);
  for (let k = n - 1; k >= 0; k--) {
    const next = Math.hypot(length, x[k]);
    cosines[k] = length / next;
    x[k] /= next;
    length = next;
  }
  const taken = new Float64Array(ROWS);
  for (let first = 0; first < n; first += ROWS) {
    const end = Math.min(first + ROWS, n);
    for (let i = first; i < end; i++) {
      taken[i - first] = rotateRowBack(l, i * n, i, first, 0, x, cosines);
    }
    if (end === first + ROWS) {
      rotateFourRowsBack(l, n, first, taken, x, cosines);
    } else {
      for (let i = first; i < end; i++) {
        rotateRowBack(l, i * n, first - 1, 0, taken[i - first], x, cosines);
      }
    }
  }
  return true;
}

/** Applies rotations `start` down to `end` to one row. @returns What they have taken from it. */
function rotateRowBack(
  l: Float64Array,
  row: number,
  start: number,
  end: number,
  takenBefore: number,
  sines: Float64Array,
  cosines: Float64Array,
): number {
  let taken = takenBefore;
  for (let k = start; k >= end; k--) {
    const entry = l[row + k];
    l[row + k] = cosines[k] * entry - sines[k] * taken;
    taken = cosines[k] * taken + sines[k] * entry;
  }
  return taken;
}

/** Applies the rotations before row `first` to four rows, from the last to the first. */
function rotateFourRowsBack(
  l: Float64Array,
  n: number,
  first: number,
  taken: Float64Array,
  sines: Float64Array,
  cosines: Float64Array,
): void {
  const row = first * n;
  let taken0 = taken[0];
  let taken1 = taken[1];
  let taken2 = taken[2];
  let taken3 = taken[3];
  for (let k = first - 1; k >= 0; k--) {
    const sine = sines[k];
    const cosine = cosines[k];
    const entry0 = l[row + k];
    const entry1 = l[row + n + k];
    const entry2 = l[row + 2 * n + k];
    const entry3 = l[row + 3 * n + k];
    l[row + k] = cosine * entry0 - sine * taken0;
    l[row + n + k] = cosine * entry1 - sine * taken1;
    l[row + 2 * n + k] = cosine * entry2 - sine * taken2;
    l[row + 3 * n + k] = cosine * entry3 - sine * taken3;
    taken0 = cosine * taken0 + sine * entry0;
    taken1 = cosine * taken1 + sine * entry1;
    taken2 = cosine * taken2 + sine * entry2;
    taken3 = cosine * taken3 + sine * entry3;
  }
}

function requireFactor(l: Float64Array, n: number, x: Float64Array): void {
  if (l.length !== n * n || x.length !== n) {
    throw new ArgumentError(`factor of ${n} rows holds ${l.length} entries, vector ${x.length}`);
  }
}
