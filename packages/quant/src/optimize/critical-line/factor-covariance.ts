import type { FactorForm } from "../../covariance/factor-form.ts";
import { semidefiniteFactor } from "../../linalg/semidefinite-factor.ts";
import { addWeightedRows } from "../../linalg/weighted-rows.ts";
import { RISKLESS_VARIANCE, requireSize, type ScaledCovariance } from "./scaled-covariance.ts";

/** Σ = GG' + diag(d), whose products take as many operations as G has entries. */
export class FactorCovariance implements ScaledCovariance {
  /** Loadings G on uncorrelated factors of variance 1, row-major, shape (n, k). */
  readonly loadings: Float64Array;
  readonly factorCount: number;
  /** Variances d, length n. */
  readonly specificVariances: Float64Array;
  readonly varianceScale: number;
  /** G', row-major. */
  readonly #columns: Float64Array;
  readonly #everyFactor: Int32Array;
  readonly #exposures: Float64Array;

  /**
   * @param form - Its shapes must fit; F symmetric positive semidefinite.
   * @throws {ArgumentError} The largest variance is neither 0 nor between 1e-100 and 1e100.
   */
  constructor(form: FactorForm) {
    const n = form.loadings.rows;
    const { loadings, factorCount } = uncorrelatedLoadings(form);
    const variances = Float64Array.from(form.specificVariances);
    let largest = 0;
    for (let i = 0; i < n; i++) {
      largest = Math.max(largest, variances[i] + squaredNorm(loadings, i, factorCount));
    }
    requireSize(largest, "the largest variance");
    this.varianceScale = largest || 1;
    this.factorCount = factorCount;
    this.loadings = loadings;
    this.specificVariances = variances;
    this.#scale();
    this.#columns = transposed(loadings, n, factorCount);
    this.#everyFactor = Int32Array.from({ length: factorCount }, (_, f) => f);
    this.#exposures = new Float64Array(factorCount);
  }

  get assetCount(): number {
    return this.specificVariances.length;
  }

  entry(i: number, j: number): number {
    const { loadings, factorCount: k } = this;
    let sum = i === j ? this.specificVariances[i] : 0;
    for (let f = 0; f < k; f++) {
      sum += loadings[i * k + f] * loadings[j * k + f];
    }
    return sum;
  }

  multiply(x: Float64Array, product: Float64Array): void {
    const { loadings, specificVariances, factorCount: k } = this;
    const exposures = this.#exposures;
    exposures.fill(0);
    for (let i = 0; i < x.length; i++) {
      const weight = x[i];
      product[i] = weight * specificVariances[i];
      if (weight !== 0) {
        const start = i * k;
        for (let f = 0; f < k; f++) {
          exposures[f] += weight * loadings[start + f];
        }
      }
    }
    addWeightedRows(this.#columns, this.#everyFactor, exposures, product);
  }

  raise(asset: number, increase: number): void {
    this.specificVariances[asset] += increase;
  }

  #scale(): void {
    const { loadings, specificVariances, varianceScale, factorCount: k } = this;
    const deviationScale = Math.sqrt(varianceScale);
    for (let i = 0; i < specificVariances.length; i++) {
      const variance = specificVariances[i] + squaredNorm(loadings, i, k);
      const isRisky = variance >= RISKLESS_VARIANCE * varianceScale;
      specificVariances[i] = isRisky ? specificVariances[i] / varianceScale : 0;
      for (let f = 0; f < k; f++) {
        loadings[i * k + f] = isRisky ? loadings[i * k + f] / deviationScale : 0;
      }
    }
  }
}

/** Computes B·R' for F = R'R. */
function uncorrelatedLoadings({ loadings, factorCovariance }: FactorForm) {
  const { rows: n, cols } = loadings;
  const root = semidefiniteFactor(factorCovariance);
  const k = root.rows;
  const product = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let f = 0; f < k; f++) {
      let sum = 0;
      for (let c = 0; c < cols; c++) {
        sum += loadings.values[i * cols + c] * root.values[f * cols + c];
      }
      product[i * k + f] = sum;
    }
  }
  return { loadings: product, factorCount: k };
}

function squaredNorm(loadings: Float64Array, asset: number, factorCount: number): number {
  let sum = 0;
  for (let f = asset * factorCount; f < (asset + 1) * factorCount; f++) {
    sum += loadings[f] * loadings[f];
  }
  return sum;
}

function transposed(values: Float64Array, rows: number, cols: number): Float64Array {
  const columns = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      columns[j * rows + i] = values[i * cols + j];
    }
  }
  return columns;
}
