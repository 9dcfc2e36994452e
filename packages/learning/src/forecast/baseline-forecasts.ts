import { quickselect } from "@portfolio/quant";
import { meanSquareBefore } from "../features/feature-frame.ts";
import type { PriceMarket } from "../features/price-market.ts";
import { centeredRanks, lessMean, withinDays } from "../features/within-days.ts";
import type { BaselineName } from "./forecast-rule.ts";
import type { ForecastTarget, FrameRows } from "./forecast-target.ts";

const [YEAR, MONTH] = [252, 21];

/** Forecasts rows by a rule that learns nothing. @returns In the unit of outcomes, length N. */
export function baselineForecasts(
  market: PriceMarket,
  target: ForecastTarget,
  name: BaselineName,
  rows: FrameRows,
): Float64Array {
  const { days, assets } = rows;
  const { horizonDays } = target;
  switch (name) {
    case "zero":
      return new Float64Array(days.length);
    case "rolling-variance":
      return Float64Array.from(days, (day, i) =>
        meanSquareBefore(market.returns[assets[i]], day, YEAR),
      );
    case "rolling-quantile":
      return rollingQuantiles(market, target, rows);
    case "momentum": {
      const scale = horizonDays / (YEAR - MONTH);
      return relative(
        market,
        target,
        rows,
        (r, day) => scale * sum(r, day - YEAR + 1, day - MONTH + 1),
      );
    }
    case "reversal": {
      const scale = -horizonDays / MONTH;
      return relative(market, target, rows, (r, day) => scale * sum(r, day - MONTH + 1, day + 1));
    }
    case "historical-mean": {
      const means = market.returns.map(meansSoFar);
      return relative(market, target, rows, (_, day, asset) => horizonDays * means[asset][day]);
    }
  }
}

/** Scores rows, and brings scores to ranks of the day, or takes their mean off. */
function relative(
  { returns }: PriceMarket,
  { kind }: ForecastTarget,
  { days, assets }: FrameRows,
  score: (returns: Float64Array, day: number, asset: number) => number,
): Float64Array {
  const scores = Float64Array.from(days, (day, i) => score(returns[assets[i]], day, assets[i]));
  return withinDays(scores, days, kind === "rank" ? centeredRanks : lessMean);
}

function sum(returns: Float64Array, start: number, end: number): number {
  let total = 0;
  for (let t = start; t < end; t++) {
    total += returns[t];
  }
  return total;
}

/** Mean of the returns up to each day. */
function meansSoFar(returns: Float64Array): Float64Array {
  let total = 0;
  let count = 0;
  return returns.map((value) => {
    if (!Number.isNaN(value)) {
      total += value;
      count++;
    }
    return total / Math.max(1, count);
  });
}

/** Quantiles of the h-day returns that ended within the last year. */
function rollingQuantiles(
  { closes }: PriceMarket,
  target: ForecastTarget,
  { days, assets }: FrameRows,
): Float64Array {
  const probability = target.kind === "quantile" ? target.probability : 0.5;
  const { horizonDays } = target;
  const count = Math.max(1, YEAR - horizonDays + 1);
  const place = Math.min(count - 1, Math.floor(probability * count));
  const returns = closes.map((own) =>
    own.map((close, t) => (t < horizonDays ? Number.NaN : close / own[t - horizonDays] - 1)),
  );
  const last = new Float64Array(count);
  const quantiles = new Float64Array(days.length);
  for (let i = 0; i < days.length; i++) {
    const own = returns[assets[i]];
    for (let k = 0; k < count; k++) {
      last[k] = own[days[i] - k];
    }
    quantiles[i] = quickselect(last, place);
  }
  return quantiles;
}
