import { ArgumentError } from "../errors.ts";
import { rangeProduct, solveLower } from "./kernels.ts";

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
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let rest = x[i];
    for (let k = 0; k < i; k++) {
      const entry = l[row + k];
      // x holds the sines of the rotations that are done.
      l[row + k] = cosines[k] * entry + x[k] * rest;
      rest = cosines[k] * rest - x[k] * entry;
    }
    const pivot = Math.hypot(l[row + i], rest);
    cosines[i] = l[row + i] / pivot;
    x[i] = rest / pivot;
    l[row + i] = pivot;
  }
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
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let taken = 0;
    for (let k = i; k >= 0; k--) {
      const entry = l[row + k];
      l[row + k] = cosines[k] * entry - x[k] * taken;
      taken = cosines[k] * taken + x[k] * entry;
    }
  }
  return true;
}

function requireFactor(l: Float64Array, n: number, x: Float64Array): void {
  if (l.length !== n * n || x.length !== n) {
    throw new ArgumentError(`factor of ${n} rows holds ${l.length} entries, vector ${x.length}`);
  }
}
