import { dot, type Matrix, multiplyVector, requireSquare } from "../linalg/matrix.ts";

/** A portfolio's volatility and each asset's part in it. */
export interface RiskDecomposition {
  /** Standard deviation σ of the portfolio's return, in the covariance's period. */
  readonly volatility: number;
  /** Length n. Entry i is wᵢ(Σw)ᵢ/σ, in the unit of σ. The entries sum to σ. */
  readonly contributions: Float64Array;
}

/**
 * Splits a portfolio's volatility into one contribution per asset.
 *
 * Volatility is homogeneous of degree one in the weights, so by Euler's theorem
 * σ(w) = Σᵢ wᵢ ∂σ/∂wᵢ. Term i is the contribution of asset i. It is negative
 * when the asset hedges the rest.
 *
 * @param weights - Portfolio weights w as fractions, length n. They need not sum to 1.
 * @param covariance - Covariance Σ of simple returns per period, shape (n, n),
 *   symmetric and positive semidefinite. Only the shape is checked.
 * @returns Volatility per period and its n contributions. All are 0 when σ is 0.
 * @throws {ArgumentError} Σ is not square, or n differs between w and Σ.
 *
 * @see Maillard, Roncalli & Teïletche (2010), "The Properties of Equally
 *   Weighted Risk Contribution Portfolios", doi:10.3905/jpm.2010.36.4.060
 *
 * @example
 * const covariance = matrixFromRows([[0.04, 0], [0, 0.01]]);
 * riskContributions(Float64Array.of(0.5, 0.5), covariance);
 * // { volatility: 0.1118…, contributions: [0.0894…, 0.0223…] }
 */
export function riskContributions(weights: Float64Array, covariance: Matrix): RiskDecomposition {
  const covarianceWithPortfolio = multiplyVector(requireSquare(covariance, "covariance"), weights);
  // Rounding can leave a tiny negative where the true variance is 0.
  const variance = Math.max(0, dot(weights, covarianceWithPortfolio));
  const volatility = Math.sqrt(variance);
  if (volatility === 0) {
    return { volatility, contributions: new Float64Array(weights.length) };
  }
  const contributions = weights.map((w, i) => (w * covarianceWithPortfolio[i]) / volatility);
  return { volatility, contributions };
}
