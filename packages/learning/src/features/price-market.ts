import { ArgumentError, fillShortGaps, type Matrix } from "@portfolio/quant";

/** Closes of several assets, as they are known at the close of each day. */
export interface AssetPrices {
  /** Column names, each once. */
  readonly symbols: readonly string[];
  /** One row per trading day, ascending; one column per symbol; NaN where there is no close. */
  readonly closes: Matrix;
}

/** Series that features are computed from: value t is known at the close of day t. */
export interface PriceMarket {
  readonly symbols: readonly string[];
  readonly dayCount: number;
  /** Closes of each asset, length T; NaN where there is none. */
  readonly closes: readonly Float64Array[];
  /** ln of each close over the one before, length T; NaN where one is missing, so always at day 0. */
  readonly returns: readonly Float64Array[];
  /** Mean of the assets' returns of each day, of those that have one, length T. */
  readonly meanReturns: Float64Array;
}

/**
 * Prepares prices for features. Gaps of up to five days are closes that did not change.
 *
 * @throws {ArgumentError} The shape is wrong, or a close is not positive.
 */
export function priceMarket({ symbols, closes }: AssetPrices): PriceMarket {
  const { rows, cols, values } = closes;
  if (cols !== symbols.length || values.length !== rows * cols) {
    throw new ArgumentError(`closes are ${rows} by ${cols}, for ${symbols.length} symbols`);
  }
  const bad = values.findIndex((close) => close <= 0 || Math.abs(close) > CLOSE_MAX);
  if (bad >= 0) {
    throw new ArgumentError(`close ${bad} is ${values[bad]}, not a positive number`);
  }
  const filled = fillShortGaps(closes).values;
  const columns = symbols.map((_, j) =>
    Float64Array.from({ length: rows }, (_, t) => filled[t * cols + j]),
  );
  const returns = columns.map((own) =>
    own.map((close, t) => (t === 0 ? Number.NaN : Math.log(close / own[t - 1]))),
  );
  const meanReturns = Float64Array.from({ length: rows }, (_, t) => meanAt(returns, t));
  return { symbols, dayCount: rows, closes: columns, returns, meanReturns };
}

const CLOSE_MAX = 1e100;

function meanAt(returns: readonly Float64Array[], t: number): number {
  let sum = 0;
  let count = 0;
  for (const own of returns) {
    if (!Number.isNaN(own[t])) {
      sum += own[t];
      count++;
    }
  }
  return count > 0 ? sum / count : Number.NaN;
}
