import type { Matrix } from "../../linalg/matrix.ts";
import { addWeightedRows } from "../../linalg/weighted-rows.ts";
import { RISKLESS_VARIANCE, requireSize, type ScaledCovariance } from "./scaled-covariance.ts";

const TILE = 32;

/** Σ with all of its entries. */
export class DenseCovariance implements ScaledCovariance {
  /** Row-major, shape (n, n), exactly symmetric. */
  readonly values: Float64Array;
  readonly varianceScale: number;
  readonly #held: Int32Array;

  /** @throws {ArgumentError} The largest variance is neither 0 nor between 1e-100 and 1e100. */
  constructor(covariance: Matrix) {
    const { scaled, varianceScale } = scaleCovariance(covariance);
    this.values = scaled;
    this.varianceScale = varianceScale;
    this.#held = new Int32Array(covariance.rows);
  }

  get assetCount(): number {
    return this.#held.length;
  }

  entry(i: number, j: number): number {
    return this.values[i * this.#held.length + j];
  }

  multiply(x: Float64Array, product: Float64Array): void {
    const held = this.#held;
    let count = 0;
    for (let j = 0; j < x.length; j++) {
      if (x[j] !== 0) {
        held[count++] = j;
      }
    }
    product.fill(0);
    addWeightedRows(this.values, held.subarray(0, count), x, product);
  }

  raise(asset: number, increase: number): void {
    this.values[asset * (this.#held.length + 1)] += increase;
  }
}

function scaleCovariance({ rows: n, values }: Matrix) {
  let largestVariance = 0;
  for (let i = 0; i < n; i++) {
    largestVariance = Math.max(largestVariance, values[i * n + i]);
  }
  requireSize(largestVariance, "the largest variance");
  const varianceScale = largestVariance || 1;
  const risky = Float64Array.from({ length: n }, (_, i) =>
    values[i * n + i] < RISKLESS_VARIANCE * varianceScale ? 0 : 1,
  );
  const scaled = new Float64Array(n * n);
  // In tiles, so that rows and columns of one stay in the cache.
  for (let top = 0; top < n; top += TILE) {
    for (let left = 0; left <= top; left += TILE) {
      scaleTile(values, scaled, n, { top, left, risky, varianceScale });
    }
  }
  return { scaled, varianceScale };
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
