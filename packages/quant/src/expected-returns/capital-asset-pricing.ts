import { ArgumentError } from "../errors.ts";
import { type Matrix, requireFinite } from "../linalg/matrix.ts";

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
 * r_f + βᵢ·(μ_m − r_f), with βᵢ from the returns and the market's expected return μ_m given.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @param market - Returns of the market in the same periods, length T.
 * @param marketMean - Expected return μ_m of the market per period.
 * @param riskFreeRate - Rate r_f per period.
 * @throws {ArgumentError} There are fewer than two rows, the lengths differ, a number is not finite,
 *   or the market does not move.
 * @see Sharpe (1964), "Capital asset prices", doi:10.1111/j.1540-6261.1964.tb02865.x
 */
export function capitalAssetPricingMean(
  returns: Matrix,
  market: Float64Array,
  marketMean: number,
  riskFreeRate: number,
): MarketModelMean {
  const { rows, cols: n, values } = returns;
  if (rows < 2 || market.length !== rows) {
    throw new ArgumentError(`betas need 2 or more rows of both, got ${rows} and ${market.length}`);
  }
  requireFinite(market, "market returns");
  requireFinite(Float64Array.of(marketMean, riskFreeRate), "market mean and risk-free rate");
  const center = market.reduce((sum, value) => sum + value, 0) / rows;
  const size = market.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const betas = new Float64Array(n);
  let squares = 0;
  for (let t = 0; t < rows; t++) {
    const deviation = size === 0 ? 0 : (market[t] - center) / size;
    squares += deviation * deviation;
    for (let j = 0; j < n; j++) {
      betas[j] += deviation * values[t * n + j];
    }
  }
  if (!(squares > rows * Number.EPSILON ** 2)) {
    throw new ArgumentError("the market's returns are all the same, so no beta exists");
  }
  for (let j = 0; j < n; j++) {
    betas[j] /= squares * size;
  }
  requireFinite(betas, "betas");
  const premium = marketMean - riskFreeRate;
  return { means: betas.map((beta) => riskFreeRate + beta * premium), betas };
}
