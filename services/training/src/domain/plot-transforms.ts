import type { Plot } from "./dashboard.ts";

const NORMAL_QUANTILE_975 = 1.959963984540054;

/** Values less those of another series, on the points of both. */
export function lessOther(plot: Plot, other: Plot): Plot {
  const base = new Map<number, number>();
  for (const [k, point] of other.points.entries()) {
    base.set(point, other.values[k] ?? Number.NaN);
  }
  const kept = [...plot.points.keys()].filter((k) => base.has(plot.points[k] ?? Number.NaN));
  const points = Float64Array.from(kept, (k) => plot.points[k] ?? 0);
  const values = Float64Array.from(
    kept,
    (k, j) => (plot.values[k] ?? Number.NaN) - (base.get(points[j] ?? 0) ?? Number.NaN),
  );
  return { unit: plot.unit, points, values };
}

/** Sum of all values so far. */
export function cumulativeSum({ unit, points, values }: Plot): Plot {
  let sum = 0;
  return { unit, points, values: values.map((value) => (sum += value)) };
}

/** Mean of the last values, `window` of them at most. */
export function rollingMean({ unit, points, values }: Plot, window: number): Plot {
  const means = new Float64Array(values.length);
  for (let k = 0; k < values.length; k++) {
    const own = values.subarray(Math.max(0, k + 1 - window), k + 1);
    means[k] = own.reduce((total, value) => total + value, 0) / own.length;
  }
  return { unit, points, values: means };
}

/**
 * Mean of all values so far, with its interval of 95 % for one look. The error of each is that of
 * Newey and West over the values so far, all from running sums: about a prefix mean m,
 * n γ_l = Σ xₜ xₜ₋ₗ − m (Σ xₜ + Σ xₜ₋ₗ) + (n − l) m².
 *
 * @param lagCount - Lags that the error allows for.
 * @returns No interval where there are no more values than lags: its bounds are the mean.
 * @see Newey & West (1987), eq. 5, doi:10.2307/1913610
 */
export function cumulativeMean({ unit, points, values }: Plot, lagCount: number): Plot {
  const count = values.length;
  const center = values.reduce((sum, value) => sum + value / count, 0);
  // Deviations from a constant lose no digits in sums of squares.
  const own = values.map((value) => value - center);
  const sums = new Float64Array(count + 1);
  const products = new Float64Array(lagCount + 1);
  const means = new Float64Array(count);
  const lowers = new Float64Array(count);
  const uppers = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    addProducts(products, own, k);
    sums[k + 1] = at(sums, k) + at(own, k);
    const mean = at(sums, k + 1) / (k + 1);
    const variance = k < lagCount ? 0 : longRunVariance(products, sums, k + 1);
    const radius = NORMAL_QUANTILE_975 * Math.sqrt(variance / (k + 1));
    means[k] = center + mean;
    lowers[k] = center + mean - radius;
    uppers[k] = center + mean + radius;
  }
  return { unit, points, values: means, interval: { lowers, uppers } };
}

/** Leaves points out evenly, but for the last. @param countMax - At least 2. */
export function thinned(plot: Plot, countMax: number): Plot {
  const count = plot.points.length;
  if (count <= countMax) {
    return plot;
  }
  const kept = Array.from({ length: countMax }, (_, k) =>
    Math.round((k * (count - 1)) / (countMax - 1)),
  );
  const pick = (values: Float64Array) => Float64Array.from(kept, (k) => at(values, k));
  return {
    ...plot,
    points: pick(plot.points),
    values: pick(plot.values),
    ...(plot.interval && {
      interval: { lowers: pick(plot.interval.lowers), uppers: pick(plot.interval.uppers) },
    }),
  };
}

/** Adds the products of a value with those before it, by lag. */
function addProducts(products: Float64Array, own: Float64Array, k: number): void {
  for (let lag = 0; lag < products.length && lag <= k; lag++) {
    products[lag] = at(products, lag) + at(own, k) * at(own, k - lag);
  }
}

function longRunVariance(products: Float64Array, sums: Float64Array, count: number): number {
  const mean = at(sums, count) / count;
  let variance = 0;
  for (let lag = 0; lag < products.length; lag++) {
    const later = at(sums, count) - at(sums, lag);
    const earlier = at(sums, count - lag);
    const covariance =
      (at(products, lag) - mean * (later + earlier) + (count - lag) * mean * mean) / count;
    variance += (lag === 0 ? 1 : 2 * (1 - lag / products.length)) * covariance;
  }
  return Math.max(0, variance);
}

function at(values: Float64Array, k: number): number {
  return values[k] ?? 0;
}
