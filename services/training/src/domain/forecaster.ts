import {
  type AssetPrices,
  decodeForecastModel,
  type FeatureView,
  type ForecastRule,
  featureFrame,
  forecastDays,
  type LearnedModel,
  lookbackCloses,
  priceMarket,
} from "@portfolio/learning";
import type { Matrix } from "@portfolio/quant";
import type { Target } from "./training-spec.ts";

/** Closes up to the day that is forecast from. */
export interface ForecastPrices extends AssetPrices {
  /** `YYYY-MM-DD`, ascending, a row of closes each. */
  readonly dates: readonly string[];
}

/** Features of all symbols as of the last date. */
export interface ForecastFeatures {
  readonly names: readonly string[];
  /** One row per symbol, one column per name; a row of NaN where there is too little history. */
  readonly values: Matrix;
}

/** Forecasts from prices with what training made. It keeps nothing from call to call. */
export interface Forecaster {
  readonly target: Target;
  /** Closes up to the last date that a forecast is computed from: more change nothing. */
  readonly lookbackDays: number;
  /** Half the width of an interval of 90 %, in the unit of forecasts; NaN where it is not known. */
  readonly intervalRadius: number;
  /** What was learned, if it is one model of `@portfolio/learning`: what explanations explain. */
  readonly model: LearnedModel | undefined;
  /**
   * Forecasts the days after the last date.
   *
   * @param prices - NaN where there is no close. At least `lookbackDays`.
   * @returns One number per symbol in the unit of the target: for volatilities the mean variance per
   *   day. NaN where there is too little history.
   * @throws {ArgumentError} A close is not positive, or there is no date.
   */
  forecast(prices: ForecastPrices): Float64Array;
  /**
   * Computes what `model` reads, as of the last date; without a model no features.
   *
   * @throws {ArgumentError} As `forecast`.
   */
  features(prices: ForecastPrices): ForecastFeatures;
}

/**
 * Reads the artifact of a version.
 *
 * @throws {ArgumentError} The bytes are not an artifact.
 */
export function readForecaster(artifact: Uint8Array): Forecaster {
  const model = decodeForecastModel(artifact);
  const learned = learnedOf(model.rule);
  return {
    target: model.target,
    lookbackDays: lookbackCloses(model.rule),
    intervalRadius: model.intervalRadius,
    model: learned?.model,
    forecast: (prices) => {
      const last = Int32Array.of(prices.dates.length - 1);
      return forecastDays(priceMarket(prices), model, last).values;
    },
    features: (prices) =>
      learned === undefined
        ? { names: [], values: emptyMatrix(prices.symbols.length, 0) }
        : featuresOf(prices, learned.view),
  };
}

function learnedOf(rule: ForecastRule) {
  return rule.kind === "learned" ? rule : undefined;
}

function featuresOf(prices: ForecastPrices, view: FeatureView): ForecastFeatures {
  const last = Int32Array.of(prices.dates.length - 1);
  const { names, assets, features } = featureFrame(priceMarket(prices), view, last);
  const values = emptyMatrix(prices.symbols.length, names.length);
  for (const [row, asset] of assets.entries()) {
    const own = features.values.subarray(row * names.length, (row + 1) * names.length);
    values.values.set(own, asset * names.length);
  }
  return { names, values };
}

function emptyMatrix(rows: number, cols: number): Matrix {
  return { rows, cols, values: new Float64Array(rows * cols).fill(Number.NaN) };
}
