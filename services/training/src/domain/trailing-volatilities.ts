import type { PriceMarket } from "@portfolio/learning";

const YEAR = 252;

/**
 * Computes the standard deviation per year of a series of each asset over the 252 days up to one.
 *
 * @param end - Row after the last day.
 * @param seriesOf - Takes an asset's return of a day and the mean of all assets' of that day.
 * @returns One for each asset; NaN where it has fewer days.
 */
export function trailingVolatilities(
  { returns, meanReturns }: Pick<PriceMarket, "returns" | "meanReturns">,
  end: number,
  seriesOf: (value: number, mean: number) => number,
): Float64Array {
  return Float64Array.from(returns, (own) => {
    let sum = 0;
    let squares = 0;
    for (let t = end - YEAR; t < end; t++) {
      const value = seriesOf(own[t] ?? Number.NaN, meanReturns[t] ?? Number.NaN);
      sum += value;
      squares += value * value;
    }
    return Math.sqrt(Math.max(0, (squares - (sum * sum) / YEAR) / (YEAR - 1)) * YEAR);
  });
}
