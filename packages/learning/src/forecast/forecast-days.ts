import type { Matrix } from "@portfolio/quant";
import { type FeatureView, featureFrame, lookbackOf } from "../features/feature-frame.ts";
import type { PriceMarket } from "../features/price-market.ts";
import { centeredRanks, withinDays } from "../features/within-days.ts";
import { predictModel } from "../model/learned-model.ts";
import { baselineForecasts } from "./baseline-forecasts.ts";
import type { ForecastModel, ForecastRule } from "./forecast-rule.ts";
import { type ForecastTarget, type FrameRows, outcomeUnit } from "./forecast-target.ts";
import {
  exponentialForecasts,
  GARCH_DAYS,
  garchForecasts,
  heterogeneousForecasts,
} from "./volatility-forecasts.ts";

/** Rows, and the ways in which they can be described; each is computed when it is first asked for. */
export interface ForecastRows extends FrameRows {
  readonly featuresOf: (view: FeatureView) => Matrix;
}

/** Lists the rows of some days. @throws {ArgumentError} As `featureFrame`. */
export function forecastRows(market: PriceMarket, days: Int32Array): ForecastRows {
  const known = new Map<string, Matrix>();
  // All views have the same rows; that of one day is the cheapest to list them by.
  const rows = featureFrame(market, { kind: "sequence", dayCount: 1 }, days);
  return {
    days: rows.days,
    assets: rows.assets,
    variances: rows.variances,
    featuresOf: (view) => {
      const key = JSON.stringify(view);
      const features = known.get(key) ?? featureFrame(market, view, days).features;
      known.set(key, features);
      return features;
    },
  };
}

/** Takes some rows, and of what describes them what is known already. */
export function takeRows(rows: ForecastRows, taken: Int32Array): ForecastRows {
  return {
    days: taken.map((i) => rows.days[i]),
    assets: taken.map((i) => rows.assets[i]),
    variances: Float64Array.from(taken, (i) => rows.variances[i]),
    featuresOf: (view) => {
      const { cols, values } = rows.featuresOf(view);
      const own = new Float64Array(taken.length * cols);
      for (let k = 0; k < taken.length; k++) {
        own.set(values.subarray(taken[k] * cols, (taken[k] + 1) * cols), k * cols);
      }
      return { rows: taken.length, cols, values: own };
    },
  };
}

/**
 * Forecasts the next days of each asset, as of the close of some days.
 *
 * @param days - Rows of closes, ascending.
 * @returns Shape (days, assets) in the unit of outcomes: variances per day of volatilities. NaN where
 *   an asset has less than a year of history.
 * @throws {ArgumentError} A day is out of range, or the model does not suit the features.
 */
export function forecastDays(market: PriceMarket, model: ForecastModel, days: Int32Array): Matrix {
  const rows = forecastRows(market, days);
  return scatter(market, days, rows, ruleForecasts(market, model.target, model.rule, rows));
}

/** Spreads values of rows over days and assets; NaN where there is no row. */
export function scatter(
  market: PriceMarket,
  days: Int32Array,
  rows: Pick<FrameRows, "days" | "assets">,
  values: Float64Array,
): Matrix {
  const cols = market.symbols.length;
  const out = new Float64Array(days.length * cols).fill(Number.NaN);
  let k = 0;
  for (let i = 0; i < values.length; i++) {
    while (days[k] !== rows.days[i]) {
      k++;
    }
    out[k * cols + rows.assets[i]] = values[i];
  }
  return { rows: days.length, cols, values: out };
}

/** Forecasts rows in the unit of outcomes. @throws {ArgumentError} As `predictModel`. */
export function ruleForecasts(
  market: PriceMarket,
  target: ForecastTarget,
  rule: ForecastRule,
  rows: ForecastRows,
): Float64Array {
  switch (rule.kind) {
    case "learned": {
      const { shift = 0 } = rule;
      const given = predictModel(rule.model, rows.featuresOf(rule.view));
      const shifted = shift === 0 ? given : given.map((value) => value + shift);
      return outcomeUnit(target, shifted, rows.variances, rule.smearing);
    }
    case "baseline":
      return baselineForecasts(market, target, rule.name, rows);
    case "exponential-volatility":
      return exponentialForecasts(market, rule.decay, rows);
    case "garch": {
      const fits = bySymbol(market, rule.symbols, rule.fits);
      return garchForecasts(market, (asset) => fits[asset], target.horizonDays, rows);
    }
    case "heterogeneous": {
      const fits = bySymbol(market, rule.symbols, rule.fits);
      return heterogeneousForecasts(market, (asset) => fits[asset], rows);
    }
    case "combination": {
      const parts = rule.members.map((member) => ruleForecasts(market, target, member.rule, rows));
      return combined(
        target,
        parts,
        rule.members.map(({ weight }) => weight),
        rows.days,
      );
    }
  }
}

/** Mixes forecasts. Those of ranks are ranked first: learners differ in how bold they are. */
export function combined(
  target: ForecastTarget,
  parts: readonly Float64Array[],
  weights: readonly number[],
  days: Int32Array,
): Float64Array {
  const units = mixedUnits(target, parts, days);
  return Float64Array.from(days, (_, i) =>
    units.reduce((sum, unit, k) => sum + weights[k] * unit[i], 0),
  );
}

/** Forecasts as they are mixed. */
export function mixedUnits(
  { kind }: ForecastTarget,
  parts: readonly Float64Array[],
  days: Int32Array,
): readonly Float64Array[] {
  return kind === "rank" ? parts.map((part) => withinDays(part, days, centeredRanks)) : parts;
}

/** Counts the closes up to a day that its forecasts are computed from. */
export function lookbackCloses(rule: ForecastRule): number {
  switch (rule.kind) {
    case "learned":
      return lookbackOf(rule.view) + 1;
    case "garch":
      return GARCH_DAYS + 1;
    case "baseline":
      return rule.name === "historical-mean" ? HISTORY_MAX : YEAR_CLOSES;
    case "combination":
      return Math.max(...rule.members.map((member) => lookbackCloses(member.rule)));
    default:
      return YEAR_CLOSES;
  }
}

const YEAR_CLOSES = 253;
/** All there are, as far as anybody keeps prices: two centuries. */
const HISTORY_MAX = 50_000;

function bySymbol<Fit>(
  { symbols }: PriceMarket,
  fitted: readonly string[],
  fits: readonly (Fit | undefined)[],
): readonly (Fit | undefined)[] {
  const known = new Map(fitted.map((symbol, k) => [symbol, fits[k]]));
  return symbols.map((symbol) => known.get(symbol));
}
