import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { symmetricEigen } from "../linalg/symmetric-eigen.ts";
import { correlationFromCovariance } from "./correlation.ts";
import { columnVariances, crossProducts, type FactorForm } from "./factor-form.ts";
import { requireObservations } from "./observations.ts";
import { sampleCovariance } from "./sample-covariance.ts";

// Factors that others explain up to this share of their variance count as explained.
const COLLINEARITY = 1e-12;

/**
 * Computes a factor model by regressing each asset on given factors, with an intercept.
 *
 * B are least-squares coefficients, the ones of least size (in units of the factors'
 * volatilities) where factors are collinear; F is the sample covariance of the factors and d the
 * variance of the residuals, both divided by T − 1, so that sample variances are kept.
 *
 * @param returns - Returns of the assets, one row per period, shape (T, n), T ≥ 2.
 * @param factorReturns - Returns of the factors over the same periods, shape (T, k).
 * @returns Per period.
 * @throws {ArgumentError} There are fewer than two rows, the numbers of rows differ, or a return
 *   is not finite.
 * @see Sharpe (1963), "A simplified model for portfolio analysis", doi:10.1287/mnsc.9.2.277
 */
export function regressionFactors(returns: Matrix, factorReturns: Matrix): FactorForm {
  requireObservations(returns, 2);
  requireObservations(factorReturns, 2);
  if (returns.rows !== factorReturns.rows) {
    throw new ArgumentError(
      `there are ${factorReturns.rows} returns of factors for ${returns.rows} of assets`,
    );
  }
  const factorCovariance = sampleCovariance(factorReturns);
  const loadings = leastSquares(returns, factorReturns, factorCovariance);
  const residuals = Float64Array.from(returns.values);
  const { cols: n } = returns;
  const { cols: k } = factorReturns;
  for (let t = 0; t < returns.rows; t++) {
    for (let i = 0; i < n; i++) {
      for (let a = 0; a < k; a++) {
        residuals[t * n + i] -= loadings.values[i * k + a] * factorReturns.values[t * k + a];
      }
    }
  }
  const specificVariances = columnVariances({ ...returns, values: residuals }, returns.rows - 1);
  return { loadings, factorCovariance, specificVariances };
}

/** Computes B = C·F⁺, C being the covariances of assets and factors. */
function leastSquares(returns: Matrix, factorReturns: Matrix, factorCovariance: Matrix): Matrix {
  const { cols: n, rows } = returns;
  const { cols: k } = factorReturns;
  const products = crossProducts(factorReturns, returns);
  const inverse = pseudoInverse(factorCovariance);
  const values = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < k; a++) {
      const covariance = products.values[(k + i) * products.cols + a] / (rows - 1);
      for (let b = 0; b < k; b++) {
        values[i * k + b] += covariance * inverse[a * k + b];
      }
    }
  }
  return { rows: n, cols: k, values };
}

/** Inverts a covariance through its correlations, leaving out directions of no variance. */
function pseudoInverse(covariance: Matrix): Float64Array {
  const k = covariance.rows;
  const scales = Float64Array.from({ length: k }, (_, a) => {
    const deviation = Math.sqrt(covariance.values[a * k + a]);
    return deviation > 0 ? 1 / deviation : 0;
  });
  const { values, vectors } = symmetricEigen(correlationFromCovariance(covariance));
  const inverse = new Float64Array(k * k);
  for (let m = 0; m < k; m++) {
    if (values[m] <= COLLINEARITY * k) {
      continue;
    }
    for (let a = 0; a < k; a++) {
      const factor = (vectors.values[m * k + a] * scales[a]) / values[m];
      for (let b = 0; b < k; b++) {
        inverse[a * k + b] += factor * vectors.values[m * k + b] * scales[b];
      }
    }
  }
  return inverse;
}
