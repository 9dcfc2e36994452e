import { ArgumentError } from "@portfolio/quant";
import { dateStarts } from "../date-starts.ts";
import { averageRanks } from "./average-ranks.ts";
import { longRunVariance, meanOf } from "./long-run-variance.ts";

/** How well forecasts order the assets of each date. */
export interface InformationCoefficients {
  /** Pearson's correlation of forecasts and targets, one for each date that has one. */
  readonly linear: Float64Array;
  /** Spearman's. */
  readonly rank: Float64Array;
  /** Dates left out: of fewer than two assets, or of equal forecasts or targets. */
  readonly skippedCount: number;
}

/** A series of coefficients in a few numbers. */
export interface CoefficientSummary {
  readonly mean: number;
  /** Sample deviation over dates. */
  readonly deviation: number;
  /** Mean over deviation, per date: ICIR. 0 when both are. */
  readonly ratio: number;
  /** Mean over its Newey–West standard error; 0 when the series is constant. */
  readonly t: number;
}

/**
 * Computes correlations of forecasts and targets over the assets of each date.
 *
 * @param forecasts - Length N.
 * @param targets - Length N.
 * @param dates - Ascending, length N.
 * @throws {ArgumentError} The lengths differ.
 * @see Grinold & Kahn (2000), "Active Portfolio Management", 2nd ed., chapter 6
 */
export function informationCoefficients(
  forecasts: Float64Array,
  targets: Float64Array,
  dates: Int32Array,
): InformationCoefficients {
  if (forecasts.length !== targets.length || dates.length !== targets.length) {
    throw new ArgumentError(
      `${forecasts.length} forecasts and ${dates.length} dates for ${targets.length} targets`,
    );
  }
  const starts = dateStarts(dates, dates.length);
  const linear: number[] = [];
  const rank: number[] = [];
  for (let d = 0; d + 1 < starts.length; d++) {
    const own = forecasts.subarray(starts[d], starts[d + 1]);
    const outcome = targets.subarray(starts[d], starts[d + 1]);
    const coefficient = correlation(own, outcome);
    if (coefficient !== undefined) {
      linear.push(coefficient);
      rank.push(correlation(averageRanks(own), averageRanks(outcome)) ?? 0);
    }
  }
  return {
    linear: Float64Array.from(linear),
    rank: Float64Array.from(rank),
    skippedCount: starts.length - 1 - linear.length,
  };
}

/**
 * Sums up a series of coefficients.
 *
 * @param lagCount - Lags of the Newey–West error, at least h − 1 for labels of h days.
 * @throws {ArgumentError} There are fewer than two coefficients, or no more than lags.
 */
export function summarizeCoefficients(series: Float64Array, lagCount: number): CoefficientSummary {
  const variance = longRunVariance(series, lagCount);
  const mean = meanOf(series);
  const squares = series.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (series.length - 1));
  return {
    mean,
    deviation,
    ratio: deviation > 0 ? mean / deviation : 0,
    t: variance > 0 ? mean / Math.sqrt(variance / series.length) : 0,
  };
}

/** Pearson's correlation, or nothing where one side is constant. */
export function correlation(x: Float64Array, y: Float64Array): number | undefined {
  const [xMean, yMean] = [meanOf(x), meanOf(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xx += (x[i] - xMean) ** 2;
    yy += (y[i] - yMean) ** 2;
    xy += (x[i] - xMean) * (y[i] - yMean);
  }
  const scale = Math.sqrt(xx) * Math.sqrt(yy);
  return scale > 0 ? Math.max(-1, Math.min(1, xy / scale)) : undefined;
}
