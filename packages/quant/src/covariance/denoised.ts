import { type Matrix, requireCovariance } from "../linalg/matrix.ts";
import { type SymmetricEigen, symmetricEigen } from "../linalg/symmetric-eigen.ts";
import {
  correlationFromCovariance,
  covarianceFromCorrelation,
  deviationsOf,
} from "./correlation.ts";
import { fitNoiseBand } from "./marchenko-pastur.ts";
import { requireCount, requireWithin } from "./observations.ts";
import { spectralSum } from "./spectral-sum.ts";

/** What becomes of the eigenvalues that noise explains. */
export type Denoising =
  /** All become their mean. */
  | { readonly kind: "fixed" }
  /** All become 0. */
  | { readonly kind: "spectral" }
  /** What they contribute off the diagonal is multiplied by α, 0 … 1. */
  | { readonly kind: "shrink"; readonly alpha: number };

/** A covariance without noise, and what was taken for noise. */
export interface DenoisedCovariance {
  /** Same unit and variances as the input, shape (n, n). */
  readonly covariance: Matrix;
  /** Number of eigenvalues of the correlations that noise does not explain. */
  readonly factorCount: number;
  /** Share of the variance that is noise, σ² of the fit, 0 … 1. */
  readonly noiseVariance: number;
}

/**
 * Removes noise from the correlations of a covariance. Variances stay.
 *
 * Eigenvalues of the correlations up to the edge of a fitted Marchenko–Pastur density count as
 * noise. Positive semidefinite. Where nothing rises above the noise, `fixed` and `spectral` leave
 * no correlation.
 *
 * @param covariance - Positive semidefinite, shape (n, n).
 * @param periodCount - Number T of returns it was estimated from, at least 1.
 * @throws {ArgumentError} The covariance is unsound, T is below 1, or α not between 0 and 1.
 * @see López de Prado (2020), "Machine learning for asset managers", section 2.5, and
 *   Riskfolio-Lib's `denoiseCov`
 */
export function denoiseCovariance(
  covariance: Matrix,
  periodCount: number,
  denoising: Denoising,
): DenoisedCovariance {
  requireCovariance(covariance);
  requireCount(periodCount, 1, Number.MAX_SAFE_INTEGER, "number of returns");
  if (denoising.kind === "shrink") {
    requireWithin(denoising.alpha, 0, 1, "alpha");
  }
  const n = covariance.rows;
  const eigen = symmetricEigen(correlationFromCovariance(covariance));
  const band = fitNoiseBand(eigen.values, periodCount / n);
  let noiseCount = 0;
  while (noiseCount < n && eigen.values[noiseCount] < band.upperEdge) {
    noiseCount++;
  }
  const correlation = denoisedCorrelation(eigen, noiseCount, denoising);
  return {
    covariance: covarianceFromCorrelation(correlation, deviationsOf(covariance)),
    factorCount: n - noiseCount,
    noiseVariance: band.variance,
  };
}

/**
 * Removes the first principal components from the correlations of a covariance. Variances stay.
 *
 * Without the market's component, the correlations show what else moves assets together. The
 * answer is positive semidefinite and singular.
 *
 * @param covariance - Positive semidefinite, shape (n, n).
 * @param componentCount - Number of components to remove, 1 … n.
 * @throws {ArgumentError} The covariance is unsound, or the count out of range.
 * @see López de Prado (2020), "Machine learning for asset managers", section 2.6, eq. 2.2
 */
export function detoneCovariance(covariance: Matrix, componentCount: number): Matrix {
  requireCovariance(covariance);
  const n = covariance.rows;
  requireCount(componentCount, 1, n, "number of components");
  const { values, vectors } = symmetricEigen(correlationFromCovariance(covariance));
  const kept = values.map((value, k) => (k < n - componentCount ? value : 0));
  const correlation = correlationFromCovariance(spectralSum(vectors, kept));
  return covarianceFromCorrelation(correlation, deviationsOf(covariance));
}

function denoisedCorrelation(
  { values, vectors }: SymmetricEigen,
  noiseCount: number,
  denoising: Denoising,
): Matrix {
  const noise = values.subarray(0, noiseCount);
  switch (denoising.kind) {
    case "fixed": {
      const mean = noise.reduce((sum, value) => sum + value, 0) / noiseCount;
      const flattened = values.map((value, k) => (k < noiseCount ? mean : value));
      return correlationFromCovariance(spectralSum(vectors, flattened));
    }
    case "spectral": {
      const cut = values.map((value, k) => (k < noiseCount ? 0 : value));
      return correlationFromCovariance(spectralSum(vectors, cut));
    }
    case "shrink": {
      const weights = values.map((value, k) => (k < noiseCount ? denoising.alpha * value : value));
      // The diagonal counts as 1, so what α takes from it need not be put back.
      return spectralSum(vectors, weights);
    }
  }
}
