import { choleskyInPlace, rangeProduct } from "../linalg/kernels.ts";

// What is added to the diagonal before factoring; refinement takes its effect out again.
const RELATIVE_SHIFT = 1e-14;
const ABSOLUTE_SHIFT = 1e-13;

/**
 * Overwrites the lower triangle of a symmetric matrix with L, where LL' is the matrix with its
 * diagonal raised by 1e-14 of itself and 1e-13. A pivot that rounding takes below that is raised.
 *
 * @param a - Shape (n, n).
 */
export function factorShifted(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    a[i * n + i] += shiftOf(a[i * n + i]);
  }
  if (choleskyInPlace(a, n) >= 0) {
    factorRaised(a, n);
  }
}

function shiftOf(diagonal: number): number {
  return RELATIVE_SHIFT * Math.abs(diagonal) + ABSOLUTE_SHIFT;
}

/** Factors a matrix that rounding has made indefinite: its small pivots are raised. */
function factorRaised(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j < i; j++) {
      const other = j * n;
      a[row + j] = (a[row + j] - rangeProduct(a, row, a, other, j)) / a[other + j];
    }
    const diagonal = a[row + i];
    const rest = diagonal - rangeProduct(a, row, a, row, i);
    a[row + i] = Math.sqrt(Math.max(rest, shiftOf(diagonal)));
  }
}

/** Overwrites b, n entries from `at`, with L⁻¹b. */
export function solveLower(l: Float64Array, n: number, b: Float64Array, at: number): void {
  for (let i = 0; i < n; i++) {
    b[at + i] = (b[at + i] - rangeProduct(l, i * n, b, at, i)) / l[i * n + i];
  }
}

/** Overwrites the first n entries of b with L'⁻¹b, row by row of L. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const value = b[i] / l[row + i];
    b[i] = value;
    for (let k = 0; k < i; k++) {
      b[k] -= l[row + k] * value;
    }
  }
}

/** A small square matrix factored by Gauss with partial pivoting of scaled rows. */
export class SmallFactor {
  readonly #n: number;
  readonly #lu: Float64Array;
  readonly #order: Int32Array;
  readonly #scratch: Float64Array;
  readonly #scale: Float64Array;

  constructor(n: number) {
    this.#n = n;
    this.#lu = new Float64Array(n * n);
    this.#order = new Int32Array(n);
    this.#scratch = new Float64Array(n);
    this.#scale = new Float64Array(n);
  }

  /** Factors a symmetric matrix, shape (n, n), that may be indefinite. */
  factor(matrix: Float64Array): void {
    const n = this.#n;
    const lu = this.#lu;
    for (let i = 0; i < n; i++) {
      const size = Math.sqrt(Math.abs(matrix[i * n + i]));
      this.#scale[i] = size > 0 ? 1 / size : 1;
      this.#order[i] = i;
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        lu[i * n + j] = matrix[i * n + j] * this.#scale[i] * this.#scale[j];
      }
    }
    for (let c = 0; c < n; c++) {
      this.#bringUp(c);
      const pivot = lu[c * n + c];
      for (let i = c + 1; i < n; i++) {
        const factor = lu[i * n + c] / pivot;
        lu[i * n + c] = factor;
        for (let j = c + 1; j < n; j++) {
          lu[i * n + j] -= factor * lu[c * n + j];
        }
      }
    }
  }

  /** Overwrites b with the solution. */
  solve(b: Float64Array): void {
    const n = this.#n;
    const lu = this.#lu;
    const x = this.#scratch;
    for (let i = 0; i < n; i++) {
      const source = this.#order[i];
      let sum = b[source] * this.#scale[source];
      for (let k = 0; k < i; k++) {
        sum -= lu[i * n + k] * x[k];
      }
      x[i] = sum;
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) {
        x[i] -= lu[i * n + k] * x[k];
      }
      x[i] /= lu[i * n + i];
    }
    for (let i = 0; i < n; i++) {
      b[i] = x[i] * this.#scale[i];
    }
  }

  #bringUp(column: number): void {
    const n = this.#n;
    const lu = this.#lu;
    let best = column;
    for (let i = column + 1; i < n; i++) {
      if (Math.abs(lu[i * n + column]) > Math.abs(lu[best * n + column])) {
        best = i;
      }
    }
    if (best !== column) {
      for (let j = 0; j < n; j++) {
        const held = lu[column * n + j];
        lu[column * n + j] = lu[best * n + j];
        lu[best * n + j] = held;
      }
      const held = this.#order[column];
      this.#order[column] = this.#order[best];
      this.#order[best] = held;
    }
    if (Math.abs(lu[column * n + column]) < 1e-15) {
      lu[column * n + column] = lu[column * n + column] < 0 ? -1e-15 : 1e-15;
    }
  }
}
