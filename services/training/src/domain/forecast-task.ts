import { priceMarket } from "@portfolio/learning";
import type { RawForecasts } from "./asset-forecasts.ts";
import { type ForecastPrices, readForecaster } from "./forecaster.ts";
import { trailingVolatilities } from "./trailing-volatilities.ts";

/** Forecasts to compute away from the event loop. */
export interface ForecastTask {
  readonly artifact: Uint8Array;
  readonly prices: ForecastPrices;
}

/**
 * Forecasts all assets as of the last date.
 *
 * @throws {ArgumentError} As `readForecaster` and `Forecaster.forecast`.
 */
export function runForecastTask({ artifact, prices }: ForecastTask): RawForecasts {
  const forecaster = readForecaster(artifact);
  const market = priceMarket(prices);
  const { dayCount } = market;
  return {
    symbols: prices.symbols,
    values: forecaster.forecast(prices),
    volatilitiesPerYear: trailingVolatilities(market, dayCount, (value) => value),
    excessVolatilitiesPerYear: trailingVolatilities(
      market,
      dayCount,
      (value, mean) => value - mean,
    ),
    intervalRadius: forecaster.intervalRadius,
  };
}
