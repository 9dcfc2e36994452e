import { meanSquareBefore } from "../features/feature-frame.ts";
import type { PriceMarket } from "../features/price-market.ts";
import type { GarchParameters } from "../volatility/garch-likelihood.ts";
import {
  forecastHeterogeneous,
  type HeterogeneousAutoregression,
} from "../volatility/heterogeneous-autoregression.ts";
import type { FrameRows } from "./forecast-target.ts";

/** Days that a GARCH looks back: a shock of persistence 0.99 has faded to 0.6 % after them. */
export const GARCH_DAYS = 504;
/** Days that a heterogeneous autoregression reads. */
export const HETEROGENEOUS_DAYS = 22;
/** Days of an exponential mean: at a decay of 0.94 the rest has a weight of 2e-7. */
export const EXPONENTIAL_DAYS = 252;
/** A day's variance counts as at least a tenth of a percent squared: logarithms need it. */
const DAY_VARIANCE_MIN = 1e-6;

const YEAR = 252;

/** Forecasts the variance of the next days as an exponential mean of squared returns. */
export function exponentialForecasts(
  { returns }: PriceMarket,
  decay: number,
  { days, assets }: FrameRows,
): Float64Array {
  return Float64Array.from(days, (day, i) => {
    const own = returns[assets[i]];
    let sum = 0;
    let weights = 0;
    for (let t = day - EXPONENTIAL_DAYS + 1; t <= day; t++) {
      sum = decay * sum + own[t] * own[t];
      weights = decay * weights + 1;
    }
    return sum / weights;
  });
}

/**
 * Forecasts the mean variance of the next h days by each asset's own GARCH(1,1).
 *
 * @param fitOf - Of each asset; NaN is forecast where there is none.
 */
export function garchForecasts(
  { returns }: PriceMarket,
  fitOf: (asset: number) => GarchParameters | undefined,
  horizonDays: number,
  { days, assets }: FrameRows,
): Float64Array {
  return Float64Array.from(days, (day, i) => {
    const fit = fitOf(assets[i]);
    if (fit === undefined) {
      return Number.NaN;
    }
    const own = returns[assets[i]];
    // Before an asset's first return the mean of a year stands for its variance.
    let variance = meanSquareBefore(own, day, YEAR);
    for (let t = Math.max(1, day - GARCH_DAYS + 1); t <= day; t++) {
      const residual = own[t] - fit.mean;
      if (!Number.isNaN(residual)) {
        variance = fit.constant + fit.shock * residual * residual + fit.persistence * variance;
      }
    }
    let sum = variance;
    for (let k = 1; k < horizonDays; k++) {
      variance = fit.constant + (fit.shock + fit.persistence) * variance;
      sum += variance;
    }
    return sum / horizonDays;
  });
}

/** As `garchForecasts`, by each asset's own heterogeneous autoregression. */
export function heterogeneousForecasts(
  { returns }: PriceMarket,
  fitOf: (asset: number) => HeterogeneousAutoregression | undefined,
  { days, assets }: FrameRows,
): Float64Array {
  return Float64Array.from(days, (day, i) => {
    const fit = fitOf(assets[i]);
    const own = returns[assets[i]].subarray(day - HETEROGENEOUS_DAYS + 1, day + 1);
    return fit === undefined ? Number.NaN : forecastHeterogeneous(fit, dayVariances(own))[0];
  });
}

/** Squared returns, as the variances of days. */
export function dayVariances(returns: Float64Array): Float64Array {
  return returns.map((value) => Math.max(DAY_VARIANCE_MIN, value * value));
}
