import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { symmetricEigen } from "../linalg/symmetric-eigen.ts";
import { correlationFromCovariance } from "./correlation.ts";
import { columnVariances, crossProducts, type FactorForm } from "./factor-form.ts";
import { requireObservations } from "./observations.ts";
import { sampleCovariance } from "./sample-covariance.ts";
import { type StepwiseRule, stepwiseCoefficients } from "./stepwise-selection.ts";

/** What the regression of an asset rests on. */
export type FactorSelection =
  | ({ readonly kind: "stepwise" } & StepwiseRule)
  /** The first components of the factors' correlations that explain more than this share of them, in (0, 1). */
  | { readonly kind: "principal-components"; readonly varianceShare: number };

// Factors that others explain up to this share of their variance count as explained.
const COLLINEARITY = 1e-12;

/**
 * Computes a factor model by regressing each asset on given factors, with an intercept.
 *
 * B are least-squares coefficients, the ones of least size (in units of the factors'
 * volatilities) where factors are collinear; F is the sample covariance of the factors and d the
 * variance of the residuals, both divided by T − 1, so that sample variances are kept. Factors may
 * be chosen for each asset stepwise, or the regression be one on their principal components.
 *
 * @param returns - Returns of the assets, one row per period, shape (T, n), T ≥ 2.
 * @param factorReturns - Returns of the factors over the same periods, shape (T, k).
 * @param selection - What regressions rest on. (Default: all factors)
 * @returns Per period.
 * @throws {ArgumentError} There are fewer than two rows, the numbers of rows differ, a return
 *   is not finite, or a share or p-value is not between 0 and 1.
 * @see Sharpe (1963), "A simplified model for portfolio analysis", doi:10.1287/mnsc.9.2.277
 */
export function regressionFactors(
  returns: Matrix,
  factorReturns: Matrix,
  selection?: FactorSelection,
): FactorForm {
  requireObservations(returns, 2);
  requireObservations(factorReturns, 2);
  if (returns.rows !== factorReturns.rows) {
    throw new ArgumentError(
      `there are ${factorReturns.rows} returns of factors for ${returns.rows} of assets`,
    );
  }
  requireShare(selection);
  const factorCovariance = sampleCovariance(factorReturns);
  const loadings =
    selection?.kind === "stepwise"
      ? stepwiseLoadings(returns, factorReturns, selection)
      : leastSquares(returns, factorReturns, factorCovariance, selection?.varianceShare ?? 1);
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

function requireShare(selection: FactorSelection | undefined): void {
  const share =
    selection?.kind === "stepwise" ? selection.pValueMax : (selection?.varianceShare ?? 0.5);
  if (!(share > 0 && share < 1)) {
    throw new ArgumentError(`a share or p-value of ${share} is not between 0 and 1`);
  }
}

/** Computes B = C·F⁺, C being the covariances of assets and factors. */
function leastSquares(
  returns: Matrix,
  factorReturns: Matrix,
  factorCovariance: Matrix,
  varianceShare: number,
): Matrix {
  const { cols: n, rows } = returns;
  const { cols: k } = factorReturns;
  const products = crossProducts(factorReturns, returns);
  const inverse = pseudoInverse(factorCovariance, varianceShare);
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

function stepwiseLoadings(returns: Matrix, factorReturns: Matrix, rule: StepwiseRule): Matrix {
  const { cols: n, rows: periodCount } = returns;
  const { cols: k } = factorReturns;
  const products = crossProducts(factorReturns, returns);
  const between = (a: number, b: number) => products.values[a * products.cols + b];
  const factors = { rows: k, cols: k, values: new Float64Array(k * k) };
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) {
      factors.values[a * k + b] = between(a, b);
    }
  }
  const values = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const asset = Float64Array.from({ length: k }, (_, a) => between(k + i, a));
    const total = between(k + i, k + i);
    values.set(stepwiseCoefficients({ periodCount, factors, asset, total }, rule), i * k);
  }
  return { rows: n, cols: k, values };
}

/**
 * Inverts a covariance through its correlations, leaving out directions of no variance and those
 * beyond the first that have a share of it.
 */
function pseudoInverse(covariance: Matrix, varianceShare: number): Float64Array {
  const k = covariance.rows;
  const scales = Float64Array.from({ length: k }, (_, a) => {
    const deviation = Math.sqrt(covariance.values[a * k + a]);
    return deviation > 0 ? 1 / deviation : 0;
  });
  const { values, vectors } = symmetricEigen(correlationFromCovariance(covariance));
  const inverse = new Float64Array(k * k);
  let explained = 0;
  for (let m = k - 1; m >= 0; m--) {
    if (values[m] <= COLLINEARITY * k || explained > varianceShare * k) {
      break;
    }
    explained += values[m];
    for (let a = 0; a < k; a++) {
      const factor = (vectors.values[m * k + a] * scales[a]) / values[m];
      for (let b = 0; b < k; b++) {
        inverse[a * k + b] += factor * vectors.values[m * k + b] * scales[b];
      }
    }
  }
  return inverse;
}
