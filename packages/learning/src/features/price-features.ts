/** The last days of an asset up to the day that a feature is of: oldest first, all finite. */
export interface PriceWindow {
  /** Logarithmic returns, length L; the last is that of the day. */
  readonly returns: Float64Array;
  /** Mean returns of all assets, length L. */
  readonly meanReturns: Float64Array;
  /** Closes, length L; the last is that of the day. */
  readonly closes: Float64Array;
}

/** Something known of an asset at the close of a day. */
export interface PriceFeature {
  /** Such as `momentum_12_1`. */
  readonly name: string;
  /** L, days of returns that it reads, the day itself included. */
  readonly lookbackDays: number;
  /** Computes it of a window of L days. */
  readonly compute: (window: PriceWindow) => number;
}

/** Version of these features: it changes when one of them may give other bits than before. */
export const PRICE_FEATURES_VERSION = "price-features/1";

/** Days of a year, a half, a quarter and a month of trading. */
const [YEAR, HALF, QUARTER, MONTH, WEEK] = [252, 126, 63, 21, 5];

// A variance below this, a basis point squared, is not told from none.
const VARIANCE_MIN = 1e-8;

/**
 * Features of an asset that closes alone give, each of a fixed number of days: a day's value depends
 * on nothing after the day, nor on how many days there were before.
 *
 * @see Jegadeesh & Titman (1993), doi:10.1111/j.1540-6261.1993.tb04702.x (momentum); Jegadeesh
 *   (1990), doi:10.1111/j.1540-6261.1990.tb05110.x (reversal); Ang, Hodrick, Xing & Zhang (2006),
 *   doi:10.1111/j.1540-6261.2006.00836.x (idiosyncratic volatility); Bali, Cakici & Whitelaw (2011),
 *   doi:10.1016/j.jfineco.2010.08.014 (largest return); George & Hwang (2004),
 *   doi:10.1111/j.1540-6261.2004.00695.x (distance to the high)
 */
export const PRICE_FEATURES: readonly PriceFeature[] = [
  { name: "momentum_12_1", lookbackDays: YEAR, compute: ({ returns }) => skipMonth(returns) },
  { name: "momentum_6_1", lookbackDays: HALF, compute: ({ returns }) => skipMonth(returns) },
  { name: "reversal_5", lookbackDays: WEEK, compute: ({ returns }) => -total(returns) },
  { name: "reversal_21", lookbackDays: MONTH, compute: ({ returns }) => -total(returns) },
  logVolatility(MONTH),
  logVolatility(QUARTER),
  logVolatility(YEAR),
  { name: "beta_252", lookbackDays: YEAR, compute: (window) => lineOf(window).slope },
  {
    name: "idiosyncratic_volatility_252",
    lookbackDays: YEAR,
    compute: (window) => Math.log(VARIANCE_MIN + lineOf(window).residualVariance) / 2,
  },
  {
    name: "largest_return_21",
    lookbackDays: MONTH,
    compute: ({ returns }) => largest(returns),
  },
  {
    name: "high_distance_252",
    lookbackDays: YEAR,
    compute: ({ closes }) => Math.log(closes[closes.length - 1] / largest(closes)),
  },
  { name: "skewness_252", lookbackDays: YEAR, compute: ({ returns }) => skewness(returns) },
  {
    name: "autocorrelation_63",
    lookbackDays: QUARTER,
    compute: ({ returns }) => autocorrelation(returns),
  },
];

/** What is known of the market as a whole; the same for all assets of a day. */
export const MARKET_FEATURES: readonly PriceFeature[] = [
  {
    name: "market_log_volatility_21",
    lookbackDays: MONTH,
    compute: ({ meanReturns }) => Math.log(VARIANCE_MIN + meanSquare(meanReturns)) / 2,
  },
  {
    name: "market_momentum_252",
    lookbackDays: YEAR,
    compute: ({ meanReturns }) => total(meanReturns),
  },
];

function logVolatility(days: number): PriceFeature {
  return {
    name: `log_volatility_${days}`,
    lookbackDays: days,
    compute: ({ returns }) => Math.log(VARIANCE_MIN + meanSquare(returns)) / 2,
  };
}

/** Return of all days but the last month. */
function skipMonth(returns: Float64Array): number {
  return total(returns.subarray(0, returns.length - MONTH));
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    sum += values[k];
  }
  return sum;
}

function largest(values: Float64Array): number {
  let most = values[0];
  for (let k = 1; k < values.length; k++) {
    most = Math.max(most, values[k]);
  }
  return most;
}

/** Mean of the squares: the variance about 0, as is usual of daily returns. */
export function meanSquare(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    sum += values[k] * values[k];
  }
  return sum / values.length;
}

/** Regresses an asset's returns on the mean of all. */
function lineOf({ returns, meanReturns }: PriceWindow) {
  const count = returns.length;
  const mean = total(returns) / count;
  const marketMean = total(meanReturns) / count;
  let [products, squares, own] = [0, 0, 0];
  for (let k = 0; k < count; k++) {
    const deviation = returns[k] - mean;
    const marketDeviation = meanReturns[k] - marketMean;
    products += deviation * marketDeviation;
    squares += marketDeviation * marketDeviation;
    own += deviation * deviation;
  }
  const slope = squares > 0 ? products / squares : 0;
  return { slope, residualVariance: Math.max(0, own - slope * products) / count };
}

function skewness(returns: Float64Array): number {
  const mean = total(returns) / returns.length;
  let [squares, cubes] = [0, 0];
  for (let k = 0; k < returns.length; k++) {
    const deviation = returns[k] - mean;
    squares += deviation * deviation;
    cubes += deviation * deviation * deviation;
  }
  const variance = squares / returns.length;
  return variance > 0 ? cubes / returns.length / variance ** 1.5 : 0;
}

/** First autocorrelation. */
function autocorrelation(returns: Float64Array): number {
  const mean = total(returns) / returns.length;
  let [products, squares] = [0, 0];
  for (let k = 0; k < returns.length; k++) {
    squares += (returns[k] - mean) ** 2;
    products += k > 0 ? (returns[k] - mean) * (returns[k - 1] - mean) : 0;
  }
  return squares > 0 ? products / squares : 0;
}
