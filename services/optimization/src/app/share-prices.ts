import { AppError } from "@portfolio/platform/app-error";
import type { LastClose, PriceHistory } from "@portfolio/platform/prices/price-history";
import { namesText } from "../domain/number-text.ts";
import type { AllocationProblem } from "../domain/portfolio-problem.ts";
import { positionFields } from "./position-fields.ts";

/** Prices of shares, and where those that were not given come from. */
export interface SharePrices {
  /** One per position. */
  readonly prices: Float64Array;
  /** Empty when all prices were given. */
  readonly currency: string;
  /** Day of the earliest close that was used. Empty when all prices were given. */
  readonly priceDate: string;
}

/**
 * Finds the price of each position: the given one, or the last close.
 *
 * @throws {AppError} Those of `PriceHistory.lastCloses`. `CURRENCIES_DIFFER`: prices in several
 *   currencies cannot be paid from one.
 */
export async function readSharePrices(
  history: PriceHistory,
  problem: Pick<AllocationProblem, "positions" | "prices" | "dataset">,
  signal: AbortSignal,
): Promise<SharePrices> {
  const closes = await missingCloses(history, problem, signal);
  const priceOf = new Map([
    ...closes.map(({ symbol, price }) => [symbol, price] as const),
    ...problem.prices,
  ]);
  return {
    prices: Float64Array.from(problem.positions, ({ symbol }) => priceOf.get(symbol) ?? Number.NaN),
    currency: closes[0]?.currency ?? "",
    priceDate: closes.map(({ date }) => date).toSorted()[0] ?? "",
  };
}

/** Reads the closes of the positions whose price was not given. */
async function missingCloses(
  history: PriceHistory,
  { positions, prices, dataset }: Pick<AllocationProblem, "positions" | "prices" | "dataset">,
  signal: AbortSignal,
): Promise<readonly LastClose[]> {
  const missing = [...positions.entries()].filter(([, { symbol }]) => !prices.has(symbol));
  if (missing.length === 0) {
    return [];
  }
  const symbols = missing.map(([, { symbol }]) => symbol);
  const fieldIndices = missing.map(([k]) => k);
  const closes = await positionFields(
    () => history.lastCloses(symbols, dataset, signal),
    fieldIndices,
  );
  const currencies = new Set(closes.map(({ currency }) => currency));
  if (currencies.size > 1) {
    throw new AppError(
      "failed-precondition",
      "CURRENCIES_DIFFER",
      `The prices are in ${namesText([...currencies])}; cash in one currency cannot pay for them. ` +
        "Give the prices yourself, in the currency of the cash.",
    );
  }
  return closes;
}
