import { quickselect } from "@portfolio/quant";
import type { PriceMarket } from "../features/price-market.ts";
import { forecastRows, scatter } from "./forecast-days.ts";
import type { ForecastRule } from "./forecast-rule.ts";
import type { ForecastTarget } from "./forecast-target.ts";
import type { ForecastReplay } from "./forecast-training.ts";

/** A rule that learned, and what it would have forecast. */
interface Learned {
  readonly rule: ForecastRule;
  readonly replay: ForecastReplay;
}

/** Days after which the shift of a replay is found anew. */
const BLOCK_DAYS = 63;

/**
 * Shifts quantiles so that as many outcomes lie below them as should, in units of the asset's own
 * volatility. The rule is shifted by what was missing on the days of the replay, none of which its
 * training had seen; each 63 days of the replay by what was known to be missing before them.
 *
 * @returns The same where the target is no quantile, or the rule has not learned from features.
 * @see Romano, Patterson & Candès (2019), "Conformalized Quantile Regression", eq. 8, one side of it,
 *   arXiv:1905.03222
 */
export function conformQuantiles(
  market: PriceMarket,
  target: ForecastTarget,
  { rule, replay }: Learned,
): Learned {
  if (target.kind !== "quantile" || rule.kind !== "learned") {
    return { rule, replay };
  }
  const { days, forecasts, outcomes } = replay;
  const { cols } = forecasts;
  const rows = forecastRows(market, days);
  const variances = scatter(market, days, rows, Float64Array.from(rows.variances));
  const units = variances.values.map((variance) => Math.sqrt(variance * target.horizonDays));
  const misses = outcomes.values.map((came, k) => (came - forecasts.values[k]) / units[k]);
  const shifted = forecasts.values.slice();
  for (let start = 0; start < days.length; start += BLOCK_DAYS) {
    const known = Math.max(0, start - target.horizonDays) * cols;
    const shift = shiftOf(misses.subarray(0, known), target.probability);
    const end = Math.min(days.length, start + BLOCK_DAYS) * cols;
    for (let k = start * cols; k < end; k++) {
      shifted[k] += shift * units[k];
    }
  }
  return {
    rule: { ...rule, shift: shiftOf(misses, target.probability) },
    replay: { ...replay, forecasts: { ...forecasts, values: shifted } },
  };
}

/** The ⌈(n + 1)τ⌉-th smallest of what is known, 0 where that is too little. */
function shiftOf(misses: Float64Array, probability: number): number {
  const known = misses.filter((miss) => !Number.isNaN(miss));
  const place = Math.ceil((known.length + 1) * probability);
  return known.length === 0 || place > known.length ? 0 : quickselect(known, place - 1);
}
