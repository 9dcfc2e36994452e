import {
  decodeForecastModel,
  featureFrame,
  forecastDays,
  outcomesOf,
  type PriceMarket,
  priceMarket,
} from "@portfolio/learning";
import type { Matrix } from "@portfolio/quant";
import type { ForecastPrices } from "./forecaster.ts";
import type { DatasetReference, Target } from "./training-spec.ts";

/** Days that a version has still to forecast, or to hear the outcome of. */
export interface DaysTask {
  readonly modelId: string;
  readonly number: number;
  readonly artifact: Uint8Array;
  /** The revision is not 0. */
  readonly dataset: DatasetReference;
  /** With a year before the first day to forecast. */
  readonly prices: ForecastPrices;
  /** Days from this one on are forecast and compared with their outcomes, `YYYY-MM-DD`. */
  readonly firstDate: string;
  /** Most days to take on; the first ones. */
  readonly dayCountMax: number;
}

/** Forecasts of some days, and what came of those whose horizon has passed. */
export interface DaysOutcome {
  readonly modelId: string;
  readonly number: number;
  readonly dataset: DatasetReference;
  readonly symbols: readonly string[];
  readonly dates: readonly string[];
  /** One row per date, one column per symbol; NaN where there is none. */
  readonly forecasts: Matrix;
  readonly outcomes: Matrix;
  /** Dates from the first on whose horizon has passed. */
  readonly settledCount: number;
}

/**
 * Forecasts each day from nothing but the prices up to it.
 *
 * @throws {ArgumentError} The artifact or the prices are not valid.
 */
export function forecastEachDay(task: DaysTask): DaysOutcome {
  const { modelId, number, dataset, prices, artifact, firstDate, dayCountMax } = task;
  const model = decodeForecastModel(artifact);
  const market = priceMarket(prices);
  const first = prices.dates.findIndex((date) => date >= firstDate);
  const count = first < 0 ? 0 : Math.min(dayCountMax, prices.dates.length - first);
  const days = Int32Array.from({ length: count }, (_, k) => first + k);
  return {
    ...{ modelId, number, dataset, symbols: prices.symbols },
    dates: Array.from(days, (day) => prices.dates[day] ?? ""),
    forecasts: forecastDays(market, model, days),
    outcomes: outcomesByDay(market, model.target, days),
    settledCount: days.filter((day) => day + model.target.horizonDays < market.dayCount).length,
  };
}

function outcomesByDay(market: PriceMarket, target: Target, days: Int32Array): Matrix {
  const cols = market.symbols.length;
  const rows = featureFrame(market, { kind: "sequence", dayCount: 1 }, days);
  const values = new Float64Array(days.length * cols).fill(Number.NaN);
  const start = days[0] ?? 0;
  for (const [i, outcome] of outcomesOf(market, target, rows).entries()) {
    values[((rows.days[i] ?? 0) - start) * cols + (rows.assets[i] ?? 0)] = outcome;
  }
  return { rows: days.length, cols, values };
}
