import { ownKernels, type PreparedKernels } from "../../linalg/kernels/active-kernels.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { addWeightedRows } from "../../linalg/weighted-rows.ts";
import { RISKLESS_VARIANCE, requireSize, type ScaledCovariance } from "./scaled-covariance.ts";

const TILE = 32;
// From so many rows on a product is worth kernels in WebAssembly.
const HELD_MANY = 96;

/**
 * Σ with all of its entries.
 *
 * Of a matrix that is symmetric to the last bit, rows are scaled once they are needed: few paths touch
 * all of them.
 */
export class DenseCovariance implements ScaledCovariance {
  readonly varianceScale: number;
  readonly #source: Float64Array;
  /** Row-major, shape (n, n), exactly symmetric; 0 in rows that are not ready. */
  #values: Float64Array;
  /** Kernels on whose heap the entries are, once many rows were multiplied. */
  #own: PreparedKernels | undefined;
  readonly #isReady: Uint8Array;
  /** 0 for an asset that counts as riskless, else 1. */
  readonly #risky: Float64Array;
  readonly #held: Int32Array;

  /**
   * @param isSymmetric - Whether Σ is known to be symmetric to the last bit.
   * @throws {ArgumentError} The largest variance is neither 0 nor between 1e-100 and 1e100.
   */
  constructor({ rows: n, values }: Matrix, isSymmetric = false) {
    let largestVariance = 0;
    for (let i = 0; i < n; i++) {
      largestVariance = Math.max(largestVariance, values[i * n + i]);
    }
    requireSize(largestVariance, "the largest variance");
    const varianceScale = largestVariance || 1;
    this.varianceScale = varianceScale;
    this.#source = values;
    this.#values = new Float64Array(n * n);
    this.#isReady = new Uint8Array(n);
    this.#risky = Float64Array.from({ length: n }, (_, i) =>
      values[i * n + i] < RISKLESS_VARIANCE * varianceScale ? 0 : 1,
    );
    this.#held = new Int32Array(n);
    if (!isSymmetric) {
      this.#scaleAll();
    }
  }

  get assetCount(): number {
    return this.#held.length;
  }

  /** All entries, row-major, shape (n, n). */
  get values(): Float64Array {
    for (let i = 0; i < this.#held.length; i++) {
      this.#prepare(i);
    }
    return this.#values;
  }

  /** Entries in which those of one asset are good, row-major. */
  valuesWith(asset: number): Float64Array {
    this.#prepare(asset);
    return this.#values;
  }

  entry(i: number, j: number): number {
    const k = i * this.#held.length + j;
    return this.#isReady[i] === 1 ? this.#values[k] : this.#scaledEntry(k, i, j);
  }

  multiply(x: Float64Array, product: Float64Array): void {
    const held = this.#held;
    let count = 0;
    for (let j = 0; j < x.length; j++) {
      if (x[j] !== 0) {
        this.#prepare(j);
        held[count++] = j;
      }
    }
    product.fill(0);
    if (count < HELD_MANY) {
      addWeightedRows(this.#values, held.subarray(0, count), x, product);
    } else {
      this.#multiplyMany(count, x, product);
    }
  }

  /** Does the same in WebAssembly, to the same bits, from where the entries then stay. */
  #multiplyMany(count: number, x: Float64Array, product: Float64Array): void {
    const n = x.length;
    const vectors = n * n;
    if (this.#own === undefined) {
      this.#own = ownKernels(vectors + 3 * n, true);
      this.#own.heap.set(this.#values);
      this.#values = this.#own.heap.subarray(0, vectors);
    }
    const { kernels, heap } = this.#own;
    heap.set(this.#held.subarray(0, count), vectors);
    heap.set(x, vectors + n);
    heap.fill(0, vectors + 2 * n, vectors + 3 * n);
    kernels.addRows(0, n, vectors, count, vectors + n, vectors + 2 * n);
    product.set(heap.subarray(vectors + 2 * n, vectors + 3 * n));
  }

  raise(asset: number, increase: number): void {
    this.#prepare(asset);
    this.#values[asset * (this.#held.length + 1)] += increase;
  }

  #prepare(i: number): void {
    if (this.#isReady[i] === 1) {
      return;
    }
    this.#isReady[i] = 1;
    const n = this.#held.length;
    const values = this.#values;
    for (let j = 0; j < n; j++) {
      values[i * n + j] = this.#scaledEntry(i * n + j, i, j);
    }
  }

  #scaledEntry(k: number, i: number, j: number): number {
    return this.#risky[i] * this.#risky[j] === 0 ? 0 : this.#source[k] / this.varianceScale;
  }

  #scaleAll(): void {
    const n = this.#held.length;
    const risky = this.#risky;
    const { varianceScale } = this;
    // In tiles, so that rows and columns of one stay in the cache.
    for (let top = 0; top < n; top += TILE) {
      for (let left = 0; left <= top; left += TILE) {
        scaleTile(this.#source, this.#values, n, { top, left, risky, varianceScale });
      }
    }
    this.#isReady.fill(1);
  }
}

function scaleTile(
  values: Float64Array,
  scaled: Float64Array,
  n: number,
  tile: {
    readonly top: number;
    readonly left: number;
    readonly risky: Float64Array;
    readonly varianceScale: number;
  },
): void {
  const { top, left, risky, varianceScale } = tile;
  for (let i = top; i < Math.min(top + TILE, n); i++) {
    for (let j = left; j < Math.min(left + TILE, i + 1); j++) {
      const entry = values[i * n + j] / 2 + values[j * n + i] / 2;
      const kept = risky[i] * risky[j] === 0 ? 0 : entry / varianceScale;
      scaled[i * n + j] = kept;
      scaled[j * n + i] = kept;
    }
  }
}
