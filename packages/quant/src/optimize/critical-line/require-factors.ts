import type { FactorForm } from "../../covariance/factor-form.ts";
import { ArgumentError } from "../../errors.ts";
import {
  type Matrix,
  requireCovariance,
  requireFinite,
  requireSquare,
} from "../../linalg/matrix.ts";

// Variances that differ by more than this fraction are not those of the factors.
const VARIANCE_TOLERANCE = 1e-9;

/**
 * Checks the factors of a covariance, in n·k operations.
 *
 * @throws {ArgumentError} The shapes do not fit, a number is not finite, a specific variance is
 *   negative, F is no covariance, or the variances are not those of the matrix.
 */
export function requireFactors(form: FactorForm, covariance: Matrix): void {
  const { loadings, factorCovariance, specificVariances } = form;
  const { rows: n, values } = requireSquare(covariance, "covariance");
  const k = loadings.cols;
  if (loadings.rows !== n || specificVariances.length !== n || factorCovariance.rows !== k) {
    throw new ArgumentError(
      `there are loadings of ${loadings.rows} assets on ${k} factors, a covariance of ` +
        `${factorCovariance.rows} factors and ${specificVariances.length} specific variances for ` +
        `${n} assets`,
    );
  }
  requireFinite(loadings.values, "loadings");
  requireFinite(specificVariances, "specific variances");
  requireCovariance(factorCovariance);
  for (let i = 0; i < n; i++) {
    if (specificVariances[i] < 0) {
      throw new ArgumentError(`specific variance ${i} is ${specificVariances[i]}, below 0`);
    }
    const variance = values[i * (n + 1)];
    const gap = Math.abs(varianceOf(form, i) - variance);
    if (!(gap <= VARIANCE_TOLERANCE * variance)) {
      throw new ArgumentError(`the factors do not give the variance of asset ${i}`);
    }
  }
}

function varianceOf(form: FactorForm, asset: number): number {
  const { loadings, factorCovariance, specificVariances } = form;
  const k = loadings.cols;
  const start = asset * k;
  let sum = specificVariances[asset];
  for (let a = 0; a < k; a++) {
    let exposure = 0;
    for (let b = 0; b < k; b++) {
      exposure += factorCovariance.values[a * k + b] * loadings.values[start + b];
    }
    sum += loadings.values[start + a] * exposure;
  }
  return sum;
}
