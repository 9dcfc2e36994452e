import { ArgumentError } from "../errors.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { centeredGram, weightedGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { requireObservations } from "./observations.ts";

// Steps after which products are summed up afresh, so that rounding does not gather.
const STEPS_MAX = 12;
// A sum of squares that has been this many times as large has left its rounding behind.
const SHRINKAGE_MAX = 8;
// The mean's part of a sum of squares; more of it would cancel.
const MEAN_SHARE_MAX = 0.25;

/** What is estimated from the days of one window. */
export interface WindowEstimates {
  /** Means per period, length n. */
  readonly means: Float64Array;
  /** Unbiased sample covariance per period, shape (n, n). */
  readonly covariance: Matrix;
}

/**
 * Estimates means and the sample covariance of windows that slide over one history.
 *
 * A window takes over the sums of products of the one before: the days that have entered are added,
 * those that have left are taken away. Sums are of returns less the means of an earlier window, which
 * keeps their digits. They are computed afresh after 12 steps, where days with far larger returns have
 * left, and where the means have moved away. Entry (i, j) is that of `sampleCovariance` to 1e-13 of
 * √(Σᵢᵢ Σⱼⱼ).
 *
 * @see Chan, Golub & LeVeque (1983), "Algorithms for Computing the Sample Variance: Analysis and
 *   Recommendations", eq. 1.7, doi:10.1080/00031305.1983.10483115
 */
export class SlidingCovariance {
  readonly #returns: Matrix;
  /** What is taken from each return, length n. */
  #center: Float64Array;
  /** Σ (x − c)(x − c)' and Σ (x − c) over the days of the window. */
  #products: Float64Array;
  readonly #sums: Float64Array;
  /** Largest Σ (x − c)² of each asset since the products were computed. */
  readonly #peaks: Float64Array;
  readonly #change: Float64Array;
  #start = 0;
  #end = 0;
  #steps = 0;

  /**
   * @param returns - Returns of the whole history, one row per period, shape (T, n).
   * @throws {ArgumentError} There are fewer than two rows, or a return is not finite.
   */
  constructor(returns: Matrix) {
    const { cols: n } = requireObservations(returns, 2);
    this.#returns = returns;
    this.#center = new Float64Array(n);
    this.#products = new Float64Array(0);
    this.#sums = new Float64Array(n);
    this.#peaks = new Float64Array(n);
    this.#change = new Float64Array(n * n);
  }

  /**
   * Estimates from rows start … end − 1. Cheap where these are mostly those of the call before, later.
   *
   * @throws {ArgumentError} The history does not have these rows, or they are fewer than two.
   */
  over(start: number, end: number): WindowEstimates {
    const isWhole = Number.isInteger(start) && Number.isInteger(end);
    if (!(isWhole && start >= 0 && end - start >= 2 && end <= this.#returns.rows)) {
      throw new ArgumentError(
        `window is ${start} to ${end}, not two rows or more of ${this.#returns.rows}`,
      );
    }
    const changed = start - this.#start + (end - this.#end);
    const isLater = start >= this.#start && end >= this.#end && start < this.#end;
    const isStep = isLater && 2 * changed <= end - start && this.#steps < STEPS_MAX;
    if (isStep && changed > 0) {
      this.#slide(start, end);
    }
    this.#start = start;
    this.#end = end;
    if (!(isStep && this.#keepsDigits())) {
      this.#startAfresh();
    }
    return this.#estimates();
  }

  /** Adds the days that enter and takes away those that leave. */
  #slide(start: number, end: number): void {
    const { cols: n, values } = this.#returns;
    const center = this.#center;
    const sums = this.#sums;
    const leaving = start - this.#start;
    const count = leaving + end - this.#end;
    const rows = new Float64Array(count * n);
    const signs = new Float64Array(count).fill(1).fill(-1, 0, leaving);
    for (let t = 0; t < count; t++) {
      const row = n * (t < leaving ? this.#start + t : this.#end + t - leaving);
      for (let j = 0; j < n; j++) {
        const apart = values[row + j] - center[j];
        rows[t * n + j] = apart;
        sums[j] += signs[t] * apart;
      }
    }
    const change = this.#change;
    const products = this.#products;
    weightedGram({ rows: count, cols: n, values: rows }, signs, change);
    for (let k = 0; k < change.length; k++) {
      products[k] += change[k];
    }
    this.#steps++;
  }

  #keepsDigits(): boolean {
    const n = this.#sums.length;
    const count = this.#end - this.#start;
    for (let i = 0; i < n; i++) {
      const squares = this.#products[i * (n + 1)];
      const sum = this.#sums[i];
      this.#peaks[i] = Math.max(this.#peaks[i], squares);
      const isSmall = SHRINKAGE_MAX * squares < this.#peaks[i];
      if (isSmall || sum * sum > MEAN_SHARE_MAX * count * squares) {
        return false;
      }
    }
    return true;
  }

  #startAfresh(): void {
    const { cols: n, values } = this.#returns;
    const window: Matrix = {
      rows: this.#end - this.#start,
      cols: n,
      values: values.subarray(this.#start * n, this.#end * n),
    };
    this.#center = historicalMean(window);
    this.#products = centeredGram(window, this.#center).values;
    this.#sums.fill(0);
    for (let i = 0; i < n; i++) {
      this.#peaks[i] = this.#products[i * (n + 1)];
    }
    this.#steps = 0;
  }

  #estimates(): WindowEstimates {
    const sums = this.#sums;
    const products = this.#products;
    const n = sums.length;
    const count = this.#end - this.#start;
    const means = this.#center.map((center, i) => center + sums[i] / count);
    const values = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      const sum = sums[i];
      for (let j = 0; j < n; j++) {
        const k = i * n + j;
        values[k] = (products[k] - (sum * sums[j]) / count) / (count - 1);
      }
    }
    return { means, covariance: { rows: n, cols: n, values } };
  }
}
