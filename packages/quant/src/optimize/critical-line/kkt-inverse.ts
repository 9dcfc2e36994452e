import type { ScaledProblem } from "./scaled-problem.ts";

// An entry of K⁻¹ that is this much smaller than its change has lost too many digits.
const CANCELLATION = 1e7;

/**
 * Maintains the inverse of the optimality system of a working set,
 *
 *   K = [ Σ_FF  A_RF' ]
 *       [ A_RF    0   ]
 *
 * over the free assets F and the active rows R. Freeing or fixing an asset and activating or
 * dropping a row all border K with one line or strike one out, which changes the inverse by a
 * matrix of rank one: k² operations.
 *
 * Items are numbered as in the simplex tableau: assets 0 … n − 1, rows n … n + m − 1. Only the
 * lower triangle is stored.
 */
export class KktInverse {
  /** Items of K in the order of its lines; the first `size` count. */
  readonly items: Int32Array;
  /** Line of each item, or -1. */
  readonly position: Int32Array;
  size = 0;
  /** Whether K is so close to singular that removing a line leaves few digits of K⁻¹. */
  isFragile = false;
  readonly #problem: ScaledProblem;
  #stride = 32;
  #entries = new Float64Array(32 * 32);

  constructor(problem: ScaledProblem) {
    this.#problem = problem;
    const itemCount = problem.assetCount + problem.rowCount;
    this.items = new Int32Array(itemCount);
    this.position = new Int32Array(itemCount).fill(-1);
  }

  /** Writes the line that `item` would have in K, without its own diagonal entry. */
  border(item: number, line: Float64Array): void {
    const { assetCount: n, covariance, system } = this.#problem;
    for (let a = 0; a < this.size; a++) {
      const other = this.items[a];
      if (item < n) {
        line[a] =
          other < n ? covariance[item * n + other] : system.coefficients[(other - n) * n + item];
      } else {
        line[a] = other < n ? system.coefficients[(item - n) * n + other] : 0;
      }
    }
  }

  /** Computes K⁻¹·x for a vector over the lines of K. */
  multiply(x: Float64Array, product: Float64Array): void {
    const entries = this.#entries;
    const size = this.size;
    let a = 0;
    for (; a + 3 < size; a += 4) {
      this.#multiplyFour(a, x, product);
    }
    for (; a + 1 < size; a += 2) {
      // Two rows at a time: each x and product entry is loaded once for both.
      const upper = a * this.#stride;
      const lower = upper + this.#stride;
      const x0 = x[a];
      const x1 = x[a + 1];
      let sum0 = 0;
      let sum1 = 0;
      for (let b = 0; b < a; b++) {
        const p0 = entries[upper + b];
        const p1 = entries[lower + b];
        sum0 += p0 * x[b];
        sum1 += p1 * x[b];
        product[b] += p0 * x0 + p1 * x1;
      }
      const cross = entries[lower + a];
      product[a] = sum0 + entries[upper + a] * x0 + cross * x1;
      product[a + 1] = sum1 + cross * x0 + entries[lower + a + 1] * x1;
    }
    if (a < size) {
      const row = a * this.#stride;
      let sum = entries[row + a] * x[a];
      for (let b = 0; b < a; b++) {
        sum += entries[row + b] * x[b];
        product[b] += entries[row + b] * x[a];
      }
      product[a] = sum;
    }
  }

  /** Does the part of a product of four rows and their mirror images, x and product loaded once. */
  #multiplyFour(a: number, x: Float64Array, product: Float64Array): void {
    const entries = this.#entries;
    const stride = this.#stride;
    const r0 = a * stride;
    const [r1, r2, r3] = [r0 + stride, r0 + 2 * stride, r0 + 3 * stride];
    const [x0, x1, x2, x3] = [x[a], x[a + 1], x[a + 2], x[a + 3]];
    let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
    for (let b = 0; b < a; b++) {
      const p0 = entries[r0 + b];
      const p1 = entries[r1 + b];
      const p2 = entries[r2 + b];
      const p3 = entries[r3 + b];
      const xb = x[b];
      sum0 += p0 * xb;
      sum1 += p1 * xb;
      sum2 += p2 * xb;
      sum3 += p3 * xb;
      product[b] += p0 * x0 + p1 * x1 + (p2 * x2 + p3 * x3);
    }
    const [c10, c20, c30] = [entries[r1 + a], entries[r2 + a], entries[r3 + a]];
    const [c21, c31, c32] = [entries[r2 + a + 1], entries[r3 + a + 1], entries[r3 + a + 2]];
    product[a] = sum0 + entries[r0 + a] * x0 + c10 * x1 + c20 * x2 + c30 * x3;
    product[a + 1] = sum1 + c10 * x0 + entries[r1 + a + 1] * x1 + c21 * x2 + c31 * x3;
    product[a + 2] = sum2 + c20 * x0 + c21 * x1 + entries[r2 + a + 2] * x2 + c32 * x3;
    product[a + 3] = sum3 + c30 * x0 + c31 * x1 + c32 * x2 + entries[r3 + a + 3] * x3;
  }

  /** Copies column `line` of K⁻¹. */
  column(line: number, copy: Float64Array): void {
    const stride = this.#stride;
    for (let a = 0; a < this.size; a++) {
      copy[a] = this.#entries[a < line ? line * stride + a : a * stride + line];
    }
  }

  /**
   * Appends an item to K.
   *
   * @param solved - K⁻¹ times the item's border line.
   * @param complement - Schur complement: the item's diagonal entry less border'·solved.
   */
  append(item: number, solved: Float64Array, complement: number): void {
    this.#reserve(this.size + 1);
    this.#addMultiple(solved, 1 / complement);
    const last = this.size * this.#stride;
    for (let a = 0; a < this.size; a++) {
      this.#entries[last + a] = -solved[a] / complement;
    }
    this.#entries[last + this.size] = 1 / complement;
    this.items[this.size] = item;
    this.position[item] = this.size;
    this.size++;
  }

  /**
   * Strikes an item out of K. `column` is its column of K⁻¹ and is reordered.
   *
   * @returns Whether K⁻¹ has kept its digits. It loses them when the item made K nearly
   *   singular, and should then be computed afresh.
   */
  remove(item: number, column: Float64Array): boolean {
    const line = this.position[item];
    const last = this.size - 1;
    this.#swapWithLast(line, last);
    const pivot = column[line];
    column[line] = column[last];
    column[last] = pivot;
    this.position[this.items[last]] = line;
    this.items[line] = this.items[last];
    this.position[item] = -1;
    this.size = last;
    this.#addMultiple(column, -1 / pivot);
    for (let a = 0; a < last; a++) {
      const change = (column[a] * column[a]) / pivot;
      const kept = this.#entries[a * this.#stride + a];
      if (Math.abs(change) > CANCELLATION * Math.abs(kept)) {
        return false;
      }
    }
    return true;
  }

  /** Accounts for `increase` added to the diagonal of K at `line`. */
  raiseDiagonal(line: number, increase: number, scratch: Float64Array): void {
    this.column(line, scratch);
    this.#addMultiple(scratch, -increase / (1 + increase * scratch[line]));
  }

  /**
   * Starts over from a square system: as many free assets as rows.
   *
   * @param assets - Free assets, length r.
   * @param rows - Active rows as items, length r.
   * @param inverse - Inverse of A_RF, row-major: asset by row, shape (r, r).
   */
  restart(assets: readonly number[], rows: readonly number[], inverse: Float64Array): void {
    const { assetCount: n, covariance } = this.#problem;
    const r = rows.length;
    this.position.fill(-1);
    this.size = 2 * r;
    this.isFragile = false;
    this.#reserve(this.size);
    for (const [line, item] of [...assets, ...rows].entries()) {
      this.items[line] = item;
      this.position[item] = line;
    }
    for (let a = 0; a < r; a++) {
      this.#entries.fill(0, a * this.#stride, a * this.#stride + a + 1);
      for (let b = 0; b < r; b++) {
        this.#entries[(r + a) * this.#stride + b] = inverse[b * r + a];
      }
    }
    // The corner −(A⁻¹)'·Σ_FF·A⁻¹.
    const product = new Float64Array(r);
    for (let b = 0; b < r; b++) {
      for (let i = 0; i < r; i++) {
        product[i] = 0;
        for (let j = 0; j < r; j++) {
          product[i] += covariance[assets[i] * n + assets[j]] * inverse[j * r + b];
        }
      }
      for (let a = b; a < r; a++) {
        this.#entries[(r + a) * this.#stride + r + b] = -columnProduct(inverse, r, a, product);
      }
    }
  }

  #addMultiple(x: Float64Array, factor: number): void {
    const entries = this.#entries;
    const stride = this.#stride;
    const size = this.size;
    for (let a = 0; a < size; a += 2) {
      // Two rows at a time: each x entry is loaded once for both.
      const row = a * stride;
      const scaled0 = x[a] * factor;
      if (a + 1 === size) {
        for (let b = 0; b <= a; b++) {
          entries[row + b] += scaled0 * x[b];
        }
        return;
      }
      const scaled1 = x[a + 1] * factor;
      for (let b = 0; b <= a; b++) {
        entries[row + b] += scaled0 * x[b];
        entries[row + stride + b] += scaled1 * x[b];
      }
      entries[row + stride + a + 1] += scaled1 * x[a + 1];
    }
  }

  #swapWithLast(line: number, last: number): void {
    if (line === last) {
      return;
    }
    const entries = this.#entries;
    const stride = this.#stride;
    const exchange = (i: number, j: number) => {
      const kept = entries[i];
      entries[i] = entries[j];
      entries[j] = kept;
    };
    for (let a = 0; a < line; a++) {
      exchange(line * stride + a, last * stride + a);
    }
    for (let a = line + 1; a < last; a++) {
      exchange(a * stride + line, last * stride + a);
    }
    exchange(line * stride + line, last * stride + last);
  }

  #reserve(size: number): void {
    if (size <= this.#stride) {
      return;
    }
    const stride = Math.max(size, 2 * this.#stride);
    const entries = new Float64Array(stride * stride);
    for (let a = 0; a < this.size && a < this.#stride; a++) {
      const row = this.#entries.subarray(a * this.#stride, a * this.#stride + a + 1);
      entries.set(row, a * stride);
    }
    this.#stride = stride;
    this.#entries = entries;
  }
}

function columnProduct(matrix: Float64Array, n: number, column: number, x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += matrix[i * n + column] * x[i];
  }
  return sum;
}
