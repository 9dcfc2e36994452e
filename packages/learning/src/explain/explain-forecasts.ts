import type { Matrix } from "@portfolio/quant";
import { featureFrame } from "../features/feature-frame.ts";
import type { PriceMarket } from "../features/price-market.ts";
import { forecastDays, forecastRows } from "../forecast/forecast-days.ts";
import type { ForecastModel, ForecastRule } from "../forecast/forecast-rule.ts";
import type { ForecastTarget } from "../forecast/forecast-target.ts";
import { checkedGaps } from "./checked-gaps.ts";
import { type ExplanationMethod, explainModel } from "./explain-model.ts";
import { explainParts } from "./explain-parts.ts";
import {
  exponentialLags,
  garchLags,
  heterogeneousLags,
  type LagAttribution,
  type LagRule,
  lagNames,
} from "./volatility-lags.ts";

/** Unit of what a model gives, before it is brought to that of outcomes. */
export type ExplanationUnit =
  | "score"
  | "log-odds"
  | "log-variance-ratio"
  | "standardized-return"
  | "variance"
  | "log-variance";

/** Why the forecasts of one day are what they are: expectation and contributions sum to outputs. */
export interface DayExplanation {
  readonly method: ExplanationMethod;
  readonly unit: ExplanationUnit;
  /** Features, length F. */
  readonly names: readonly string[];
  /** Assets that have a forecast, ascending, length N. */
  readonly assets: Int32Array;
  /** Shape (N, F). */
  readonly features: Matrix;
  /** Shape (N, F). */
  readonly contributions: Matrix;
  /** Length N, as the following. */
  readonly outputs: Float64Array;
  readonly expectations: Float64Array;
  readonly gaps: Float64Array;
}

/**
 * Explains the forecasts of all assets as of one day; the assets of the day are each other's
 * background.
 *
 * @param day - Row of closes.
 * @param method - Undefined means the one there is, and path-dependent values of trees.
 * @returns Nothing where the method does not suit the rule.
 * @throws {AdditivityError} As `explainModel`, and `explainParts`; sums over lags likewise.
 * @throws {ArgumentError} The day is out of range, or the model does not suit the features.
 */
export function explainForecasts(
  market: PriceMarket,
  { target, rule }: ForecastModel,
  day: number,
  method: ExplanationMethod | undefined,
): DayExplanation | undefined {
  switch (rule.kind) {
    case "learned":
      return explainLearned(market, target, rule, day, method);
    case "exponential-volatility":
    case "garch":
    case "heterogeneous":
      return method === undefined || method === "lags"
        ? explainLags(market, target, rule, day)
        : undefined;
    case "baseline":
      return method === undefined || method === "linear"
        ? explainParts(market, target, rule, day)
        : undefined;
    case "combination":
      return method === undefined || method === "members"
        ? explainParts(market, target, rule, day)
        : undefined;
  }
}

function explainLearned(
  market: PriceMarket,
  target: ForecastTarget,
  { model, view, shift = 0 }: Extract<ForecastRule, { kind: "learned" }>,
  day: number,
  method: ExplanationMethod | undefined,
): DayExplanation | undefined {
  const { names, assets, features } = featureFrame(market, view, Int32Array.of(day));
  if (features.rows === 0) {
    const none = new Float64Array(0);
    const unit = unitOf(target, model.kind);
    return {
      ...{ method: method ?? "linear", unit, names, assets, features, contributions: features },
      ...{ outputs: none, expectations: none, gaps: none },
    };
  }
  const found = explainModel(model, features, features, method);
  return (
    found && {
      ...{ method: found.method, unit: unitOf(target, model.kind), names, assets, features },
      contributions: found.contributions,
      outputs: found.outputs.map((output) => output + shift),
      expectations: new Float64Array(features.rows).fill(found.expectation + shift),
      gaps: found.gaps,
    }
  );
}

function unitOf({ kind }: ForecastTarget, model: string): ExplanationUnit {
  if (kind === "volatility") {
    return "log-variance-ratio";
  }
  if (kind === "quantile") {
    return "standardized-return";
  }
  return model === "logistic" ? "log-odds" : "score";
}

function explainLags(
  market: PriceMarket,
  target: ForecastTarget,
  rule: LagRule,
  day: number,
): DayExplanation {
  const days = Int32Array.of(day);
  const forecasts = forecastDays(market, { target, rule, intervalRadius: Number.NaN }, days).values;
  const { assets } = forecastRows(market, days);
  const found = [...assets].flatMap((asset) => {
    const lags = lagsOf(market, target, rule, asset, day);
    return lags === undefined ? [] : [{ asset, lags }];
  });
  const names = lagNames(rule);
  const isLogarithmic =
    rule.kind === "heterogeneous" && rule.fits.some((fit) => fit?.logarithmic === true);
  const matrixOf = (read: (lags: LagAttribution) => Float64Array): Matrix => ({
    rows: found.length,
    cols: names.length,
    values: Float64Array.from(found.flatMap(({ lags }) => [...read(lags)])),
  });
  const contributions = matrixOf((lags) => lags.contributions);
  const expectations = Float64Array.from(found, ({ lags }) => lags.expectation);
  const outputs = Float64Array.from(found, ({ asset }) =>
    isLogarithmic ? Math.log(forecasts[asset]) : forecasts[asset],
  );
  return {
    method: "lags",
    unit: isLogarithmic ? "log-variance" : "variance",
    names,
    assets: Int32Array.from(found, ({ asset }) => asset),
    features: matrixOf(({ values }) => values),
    ...{ contributions, outputs, expectations },
    gaps: checkedGaps(expectations, contributions, outputs),
  };
}

function lagsOf(
  { symbols, returns }: PriceMarket,
  { horizonDays }: ForecastTarget,
  rule: LagRule,
  asset: number,
  day: number,
): LagAttribution | undefined {
  const own = returns[asset];
  if (rule.kind === "exponential-volatility") {
    return exponentialLags(rule.decay, own, day);
  }
  const place = rule.symbols.indexOf(symbols[asset]);
  if (rule.kind === "garch") {
    const fit = rule.fits[place];
    return fit && garchLags(fit, horizonDays, own, day);
  }
  const fit = rule.fits[place];
  return fit && heterogeneousLags(fit, own, day);
}
