const DAYS_PER_YEAR = 252;

/** Figures of the value of a portfolio, one value per trading day. Fractions. */
export interface SeriesFigures {
  readonly totalReturn: number;
  /** Compound growth per year of 252 days. */
  readonly compoundReturn: number;
  readonly volatility: number;
  /** Mean return per unit of volatility, per year. NaN without volatility. */
  readonly sharpe: number;
  /** From 0 to 1. */
  readonly maximumDrawdown: number;
  readonly worstDay: number;
  readonly hitRate: number;
}

/** A fall from a peak, and the way back. */
export interface Fall {
  readonly depth: number;
  readonly peakDate: string;
  readonly troughDate: string;
  /** Empty while the peak was not reached again. */
  readonly recoveryDate: string;
}

/** Simple returns from one value to the next; one fewer than values. */
export function returnsOf(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(
    { length: Math.max(0, values.length - 1) },
    (_, i) => (values[i + 1] ?? 0) / (values[i] ?? 1) - 1,
  );
}

/** Loss from the highest value so far, as a fraction at or below 0. */
export function underwater(values: ArrayLike<number>): Float64Array {
  let peak = 0;
  return Float64Array.from(values, (value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

/** The figures of a series of values. */
export function figuresOf(values: ArrayLike<number>): SeriesFigures {
  const returns = returnsOf(values);
  const growth = (values[values.length - 1] ?? 1) / (values[0] ?? 1);
  const { mean, deviation } = momentsOf(returns);
  return {
    totalReturn: growth - 1,
    compoundReturn: growth ** (DAYS_PER_YEAR / Math.max(1, returns.length)) - 1,
    volatility: deviation * Math.sqrt(DAYS_PER_YEAR),
    sharpe: deviation === 0 ? Number.NaN : (mean / deviation) * Math.sqrt(DAYS_PER_YEAR),
    maximumDrawdown: -underwater(values).reduce((low, loss) => Math.min(low, loss), 0),
    worstDay: returns.reduce((low, value) => Math.min(low, value), 0),
    hitRate: returns.filter((value) => value > 0).length / Math.max(1, returns.length),
  };
}

/** The deepest falls that do not overlap, the deepest first. */
export function deepestFalls(
  values: ArrayLike<number>,
  dates: readonly string[],
  count: number,
): readonly Fall[] {
  const falls: Fall[] = [];
  let peak = 0;
  let trough = 0;
  const close = (recovery: number) => {
    const depth = 1 - (values[trough] ?? 1) / (values[peak] ?? 1);
    if (depth > 0) {
      falls.push({
        depth,
        peakDate: dates[peak] ?? "",
        troughDate: dates[trough] ?? "",
        recoveryDate: dates[recovery] ?? "",
      });
    }
  };
  for (let i = 1; i < values.length; i += 1) {
    if ((values[i] ?? 0) >= (values[peak] ?? 0)) {
      close(i);
      peak = i;
      trough = i;
    } else if ((values[i] ?? 0) < (values[trough] ?? 0)) {
      trough = i;
    }
  }
  close(-1);
  return falls.sort((first, second) => second.depth - first.depth).slice(0, count);
}

export type RollingFigure = "sharpe" | "volatility" | "beta";

/**
 * A figure of the last `window` returns at each value; NaN before there are so many.
 *
 * @param market - Values that `beta` is measured against, on the same days.
 */
export function rolling(
  values: ArrayLike<number>,
  market: ArrayLike<number>,
  window: number,
  figure: RollingFigure,
): Float64Array {
  const returns = returnsOf(values);
  const others = returnsOf(market);
  return Float64Array.from({ length: values.length }, (_, i) => {
    if (i < window) {
      return Number.NaN;
    }
    const own = returns.subarray(i - window, i);
    const { mean, deviation } = momentsOf(own);
    if (figure === "beta") {
      return betaOf(own, others.subarray(i - window, i));
    }
    const yearly = Math.sqrt(DAYS_PER_YEAR);
    return figure === "volatility" ? deviation * yearly : (mean / deviation) * yearly;
  });
}

/** Counts of values in bins of equal width, from the lowest value to the highest. */
export function histogram(
  values: ArrayLike<number>,
  binCount: number,
): { readonly start: number; readonly width: number; readonly counts: readonly number[] } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) {
    low = Math.min(low, values[i] ?? low);
    high = Math.max(high, values[i] ?? high);
  }
  const width = (high - low) / binCount || 1;
  const counts = new Array<number>(binCount).fill(0);
  for (let i = 0; i < values.length; i += 1) {
    const bin = Math.min(binCount - 1, Math.floor(((values[i] ?? 0) - low) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { start: low, width, counts };
}

function momentsOf(returns: Float64Array): { mean: number; deviation: number } {
  const n = returns.length;
  const mean = returns.reduce((sum, value) => sum + value, 0) / Math.max(1, n);
  const squares = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: n < 2 ? 0 : Math.sqrt(squares / (n - 1)) };
}

function betaOf(returns: Float64Array, market: Float64Array): number {
  const own = momentsOf(returns);
  const other = momentsOf(market);
  let product = 0;
  let square = 0;
  for (let i = 0; i < returns.length; i += 1) {
    const deviation = (market[i] ?? 0) - other.mean;
    product += ((returns[i] ?? 0) - own.mean) * deviation;
    square += deviation * deviation;
  }
  return product / square;
}
