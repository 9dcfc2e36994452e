import { ArgumentError } from "../errors.ts";
import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** A covariance B·F·B' + diag(d) of n assets and k factors. */
export interface FactorForm {
  /** Loadings B, shape (n, k). */
  readonly loadings: Matrix;
  /** Covariance F of the factors per period, shape (k, k). */
  readonly factorCovariance: Matrix;
  /** Variances d of what the factors leave, per period, length n, from 0. */
  readonly specificVariances: Float64Array;
}

/**
 * Computes the covariance B·F·B' + diag(d).
 *
 * @param form - F must be symmetric.
 * @returns Shape (n, n), exactly symmetric.
 * @throws {ArgumentError} The shapes do not fit.
 */
export function covarianceFromFactors(form: FactorForm): Matrix {
  const { loadings, factorCovariance, specificVariances } = form;
  const { rows: n, cols: k } = loadings;
  if (factorCovariance.rows !== k || factorCovariance.cols !== k) {
    throw new ArgumentError(
      `covariance of ${k} factors is ${factorCovariance.rows} by ${factorCovariance.cols}`,
    );
  }
  if (specificVariances.length !== n) {
    throw new ArgumentError(`there are ${specificVariances.length} variances for ${n} assets`);
  }
  const products = rowProducts(loadings, factorCovariance);
  const covariance = rowProducts(products, loadings);
  for (let i = 0; i < n; i++) {
    covariance.values[i * n + i] += specificVariances[i];
    for (let j = 0; j < i; j++) {
      covariance.values[j * n + i] = covariance.values[i * n + j];
    }
  }
  return covariance;
}

/** Computes A·B'. */
function rowProducts(a: Matrix, b: Matrix): Matrix {
  const values = new Float64Array(a.rows * b.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (let k = 0; k < a.cols; k++) {
        sum += a.values[i * a.cols + k] * b.values[j * b.cols + k];
      }
      values[i * b.rows + j] = sum;
    }
  }
  return { rows: a.rows, cols: b.rows, values };
}

/** Computes the variance of each column less its mean, divided by the given number. */
export function columnVariances(x: Matrix, divisor: number): Float64Array {
  const { rows, cols, values } = x;
  const means = new Float64Array(cols);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < cols; j++) {
      means[j] += values[t * cols + j] / rows;
    }
  }
  const sums = new Float64Array(cols);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < cols; j++) {
      sums[j] += (values[t * cols + j] - means[j]) ** 2;
    }
  }
  return sums.map((sum) => sum / divisor);
}

/** Computes the inner products of columns of x and of y less their means, shape (p, q). */
export function crossProducts(x: Matrix, y: Matrix): Matrix {
  const joined = new Float64Array(x.rows * (x.cols + y.cols));
  const width = x.cols + y.cols;
  const means = new Float64Array(width);
  for (let t = 0; t < x.rows; t++) {
    joined.set(x.values.subarray(t * x.cols, (t + 1) * x.cols), t * width);
    joined.set(y.values.subarray(t * y.cols, (t + 1) * y.cols), t * width + x.cols);
    for (let j = 0; j < width; j++) {
      means[j] += joined[t * width + j] / x.rows;
    }
  }
  return centeredGram({ rows: x.rows, cols: width, values: joined }, means);
}
