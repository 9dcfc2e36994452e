import type { MetricSeries } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";

/** Figures of a version by step or by day. */
export interface SeriesEntry {
  readonly name: string;
  /** Steps, or dates `YYYY-MM-DD`. */
  readonly places: readonly string[];
  readonly isTime: boolean;
  readonly values: readonly number[];
}

const SMOOTHED_DAYS = 63;
const BAND_ERRORS = 2;

export function seriesEntry({ name, points, values }: MetricSeries): SeriesEntry {
  const isTime = points.case === "days";
  const places = isTime
    ? points.value.dates
    : points.case === "steps"
      ? points.value.numbers.map(String)
      : [];
  return { name, places, isTime, values };
}

/** Sums a daily figure over time, with the band of two standard errors around its mean's line. */
export function cumulative(values: readonly number[]): {
  readonly sums: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly mean: number;
} {
  const known = values.filter(Number.isFinite);
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  const variance =
    known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length - 1);
  let sum = 0;
  const sums = values.map((value) => {
    sum += Number.isFinite(value) ? value : 0;
    return sum;
  });
  const reach = sums.map((_, k) => BAND_ERRORS * Math.sqrt(variance * (k + 1)));
  return {
    sums,
    lower: sums.map((value, k) => value - (reach[k] ?? 0)),
    upper: sums.map((value, k) => value + (reach[k] ?? 0)),
    mean,
  };
}

/** Mean of the last 63 figures at each place; nothing before there are so many. */
export function smoothed(values: readonly number[]): readonly number[] {
  return values.map((_, k) => {
    const last = values.slice(Math.max(0, k + 1 - SMOOTHED_DAYS), k + 1).filter(Number.isFinite);
    return last.length < SMOOTHED_DAYS
      ? Number.NaN
      : last.reduce((sum, value) => sum + value, 0) / last.length;
  });
}
