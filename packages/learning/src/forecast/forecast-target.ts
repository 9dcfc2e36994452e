import { ArgumentError } from "@portfolio/quant";
import type { FeatureFrame } from "../features/feature-frame.ts";
import type { PriceMarket } from "../features/price-market.ts";
import { centeredRanks, lessMean, withinDays } from "../features/within-days.ts";

/** What is forecast, over the next h trading days. */
export type ForecastTarget =
  /** Rank of an asset's return among the others', −0.5 … 0.5. */
  | { readonly kind: "rank"; readonly horizonDays: number }
  /** Return less the mean of all assets', a fraction over the horizon. */
  | { readonly kind: "return"; readonly horizonDays: number }
  /** Mean of the squared daily returns over the horizon. */
  | { readonly kind: "volatility"; readonly horizonDays: number }
  /** Quantile of the return over the horizon; `probability` in (0, 1). */
  | { readonly kind: "quantile"; readonly horizonDays: number; readonly probability: number };

/** Rows of a frame without what describes them. */
export type FrameRows = Pick<FeatureFrame, "days" | "assets" | "variances">;

// A day's squared return is at least a basis point squared, so that ratios of variances are finite.
const VARIANCE_MIN = 1e-8;

/**
 * Computes what came of each row: from the close of its day to that h days later.
 *
 * Nothing is clipped, and no row is left out for what came of it.
 *
 * @returns Length N; NaN where the outcome is not known yet, or prices ended before. A rank or an
 *   excess is among the rows of the same day that have one.
 * @throws {ArgumentError} The horizon is not an integer of at least 1.
 */
export function outcomesOf(
  market: PriceMarket,
  target: ForecastTarget,
  rows: Pick<FrameRows, "days" | "assets">,
): Float64Array {
  const { horizonDays } = target;
  if (!(Number.isInteger(horizonDays) && horizonDays >= 1)) {
    throw new ArgumentError(`a horizon of ${horizonDays} days`);
  }
  const { days, assets } = rows;
  if (target.kind === "volatility") {
    return Float64Array.from(days, (day, i) =>
      varianceAfter(market.returns[assets[i]], day, horizonDays),
    );
  }
  const returns = Float64Array.from(days, (day, i) => {
    const closes = market.closes[assets[i]];
    const last = day + horizonDays;
    return last < closes.length ? closes[last] / closes[day] - 1 : Number.NaN;
  });
  return target.kind === "quantile"
    ? returns
    : withinDays(returns, days, target.kind === "rank" ? centeredRanks : lessMean);
}

/**
 * Brings outcomes to the unit that learners learn: variances relative to the asset's own, as
 * logarithms; returns of quantiles in units of its volatility; others as they are.
 */
export function learnedUnit(
  target: ForecastTarget,
  outcomes: Float64Array,
  variances: Float64Array,
): Float64Array {
  switch (target.kind) {
    case "volatility":
      return outcomes.map((variance, i) => Math.log(variance / variances[i]));
    case "quantile":
      return outcomes.map((value, i) => value / Math.sqrt(variances[i] * target.horizonDays));
    default:
      return outcomes;
  }
}

/**
 * Brings forecasts of learners back to the unit of outcomes.
 *
 * @param smearing - Mean of variances over their forecasts in training: what the mean of logarithms
 *   leaves out. For volatility alone.
 * @see Duan (1983), "Smearing Estimate", doi:10.1080/01621459.1983.10478017
 */
export function outcomeUnit(
  target: ForecastTarget,
  forecasts: Float64Array,
  variances: Float64Array,
  smearing: number,
): Float64Array {
  switch (target.kind) {
    case "volatility":
      return forecasts.map((value, i) => {
        const bounded = Math.max(-LOG_RATIO_MAX, Math.min(LOG_RATIO_MAX, value));
        return variances[i] * smearing * Math.exp(bounded);
      });
    case "quantile":
      return forecasts.map((value, i) => value * Math.sqrt(variances[i] * target.horizonDays));
    default:
      return forecasts;
  }
}

// A variance forecast is at most e⁶ times that of the last 63 days, and at least its inverse.
const LOG_RATIO_MAX = 6;

function varianceAfter(returns: Float64Array, day: number, horizonDays: number): number {
  if (day + horizonDays >= returns.length) {
    return Number.NaN;
  }
  let sum = 0;
  for (let t = day + 1; t <= day + horizonDays; t++) {
    sum += returns[t] * returns[t];
  }
  return Math.max(VARIANCE_MIN, sum / horizonDays);
}
