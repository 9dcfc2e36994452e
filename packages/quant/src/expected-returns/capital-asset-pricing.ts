import { ArgumentError } from "../errors.ts";
import { dot, type Matrix, multiplyVector } from "../linalg/matrix.ts";
import { requireCovarianceOf } from "./shrunk-mean.ts";

/** Expected returns that follow from each asset's sensitivity to the market. */
export interface MarketModelMean {
  /** Means per period, length n. */
  readonly means: Float64Array;
  /** Sensitivities βᵢ = cov(rᵢ, r_m) / var(r_m), length n. */
  readonly betas: Float64Array;
}

/**
 * Computes the expected returns of the capital asset pricing model.
 *
 * r_f + βᵢ·(μ_m − r_f) with β = Σw / w'Σw for the weights w of the market.
 *
 * @param covariance - Covariance Σ per period, shape (n, n).
 * @param weights - Weights w of the market, length n. A market that is a series of its own is one
 *   more asset, with a weight of 1.
 * @param marketMean - Expected return μ_m of the market per period.
 * @param riskFreeRate - Rate r_f per period.
 * @returns Nothing when the market has no variance, for then no β exists.
 * @throws {ArgumentError} Shapes differ, or a mean is not finite.
 * @see Sharpe (1964), "Capital asset prices", doi:10.1111/j.1540-6261.1964.tb02865.x
 */
export function capitalAssetPricingMean(
  covariance: Matrix,
  weights: Float64Array,
  marketMean: number,
  riskFreeRate: number,
): MarketModelMean | undefined {
  requireCovarianceOf(covariance, weights.length);
  if (!(Number.isFinite(marketMean) && Number.isFinite(riskFreeRate))) {
    throw new ArgumentError(`market mean ${marketMean} and rate ${riskFreeRate} are not finite`);
  }
  const withMarket = multiplyVector(covariance, weights);
  const variance = dot(weights, withMarket);
  if (!(variance > 0)) {
    return undefined;
  }
  const betas = withMarket.map((entry) => entry / variance);
  const premium = marketMean - riskFreeRate;
  return { means: betas.map((beta) => riskFreeRate + beta * premium), betas };
}
