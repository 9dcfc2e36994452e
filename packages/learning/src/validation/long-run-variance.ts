import { ArgumentError } from "@portfolio/quant";

/**
 * Computes the variance of a serially dependent series that counts for its mean,
 * γ₀ + 2 Σ (1 − l/(L + 1)) γ_l with Bartlett's weights, which cannot be negative.
 *
 * @param series - Length n ≥ 2.
 * @param lagCount - L, 0 … n − 1; at least h − 1 for labels of h days.
 * @throws {ArgumentError} The series is too short, or the number of lags is not valid.
 * @see Newey & West (1987), "A Simple, Positive Semi-Definite, Heteroskedasticity and Autocorrelation
 *   Consistent Covariance Matrix", eq. 5, doi:10.2307/1913610
 */
export function longRunVariance(series: Float64Array, lagCount: number): number {
  if (
    series.length < 2 ||
    !(Number.isInteger(lagCount) && lagCount >= 0 && lagCount < series.length)
  ) {
    throw new ArgumentError(`${lagCount} lags of a series of ${series.length}`);
  }
  let variance = autocovariance(series, 0);
  for (let lag = 1; lag <= lagCount; lag++) {
    variance += 2 * (1 - lag / (lagCount + 1)) * autocovariance(series, lag);
  }
  return Math.max(0, variance);
}

/** Computes γ_l = Σ (xₜ − x̄)(xₜ₋ₗ − x̄)/n. */
export function autocovariance(series: Float64Array, lag: number): number {
  const mean = meanOf(series);
  let sum = 0;
  for (let t = lag; t < series.length; t++) {
    sum += (series[t] - mean) * (series[t - lag] - mean);
  }
  return sum / series.length;
}

/** Computes the mean; 0 of nothing. */
export function meanOf(series: Float64Array): number {
  let mean = 0;
  for (let t = 0; t < series.length; t++) {
    mean += (series[t] - mean) / (t + 1);
  }
  return mean;
}
