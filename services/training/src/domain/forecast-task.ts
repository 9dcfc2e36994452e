import { type PriceMarket, priceMarket } from "@portfolio/learning";
import type { RawForecasts } from "./asset-forecasts.ts";
import { type ForecastPrices, readForecaster } from "./forecaster.ts";

/** Forecasts to compute away from the event loop. */
export interface ForecastTask {
  readonly artifact: Uint8Array;
  readonly prices: ForecastPrices;
}

const YEAR = 252;

/**
 * Forecasts all assets as of the last date.
 *
 * @throws {ArgumentError} As `readForecaster` and `Forecaster.forecast`.
 */
export function runForecastTask({ artifact, prices }: ForecastTask): RawForecasts {
  const forecaster = readForecaster(artifact);
  const market = priceMarket(prices);
  return {
    symbols: prices.symbols,
    values: forecaster.forecast(prices),
    volatilitiesPerYear: volatilities(market, (value) => value),
    excessVolatilitiesPerYear: volatilities(market, (value, mean) => value - mean),
    intervalRadius: forecaster.intervalRadius,
  };
}

/** Standard deviation per year of a series of the last 252 days; NaN where there are fewer. */
function volatilities(
  { returns, meanReturns, dayCount }: PriceMarket,
  seriesOf: (value: number, mean: number) => number,
): Float64Array {
  return Float64Array.from(returns, (own) => {
    let sum = 0;
    let squares = 0;
    for (let t = dayCount - YEAR; t < dayCount; t++) {
      const value = seriesOf(own[t] ?? Number.NaN, meanReturns[t] ?? Number.NaN);
      sum += value;
      squares += value * value;
    }
    return Math.sqrt(Math.max(0, (squares - (sum * sum) / YEAR) / (YEAR - 1)) * YEAR);
  });
}
