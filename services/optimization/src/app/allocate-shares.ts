import { AppError } from "@portfolio/platform/app-error";
import type { PriceHistory } from "@portfolio/platform/prices/price-history";
import { allocateShares as allocate } from "@portfolio/quant";
import type { AllocationProblem } from "../domain/portfolio-problem.ts";
import { readSharePrices } from "./share-prices.ts";

/** Whole shares of one asset. */
interface AllocatedShares {
  readonly symbol: string;
  readonly shareCount: number;
  /** Price of one share. */
  readonly price: number;
  /** Shares times price. */
  readonly amount: number;
  /** Amount as a fraction of the cash to invest. */
  readonly weight: number;
  readonly targetWeight: number;
}

/** Whole shares to hold. */
export interface AllocationReport {
  /** In the order of the positions. */
  readonly allocations: readonly AllocatedShares[];
  readonly cashLeftAmount: number;
  readonly investedAmount: number;
  /** Root mean square of achieved minus target weights. */
  readonly weightError: number;
  /** Empty when all prices were given. */
  readonly currency: string;
  /** Day of the earliest close that was used. Empty when all prices were given. */
  readonly priceDate: string;
}

/**
 * Turns weights and cash into whole shares.
 *
 * @throws {AppError} Those of `PriceHistory.lastCloses`. `CASH_TOO_SMALL`: no share is affordable.
 *   `CURRENCIES_DIFFER`: prices in several currencies cannot be paid from one.
 */
export async function allocateShares(
  history: PriceHistory,
  problem: AllocationProblem,
  signal: AbortSignal,
): Promise<AllocationReport> {
  const { positions, cashAmount } = problem;
  const { prices, currency, priceDate } = await readSharePrices(history, problem, signal);
  const weights = affordableWeights(positions.map(({ weight }) => weight));
  assertAffordable(weights, prices, cashAmount);
  const { shares, weights: achieved } = allocate(weights, prices, cashAmount);
  const allocations = positions.map(({ symbol, weight }, i) => ({
    symbol,
    shareCount: shares[i] ?? 0,
    price: prices[i] ?? 0,
    amount: (shares[i] ?? 0) * (prices[i] ?? 0),
    weight: achieved[i] ?? 0,
    targetWeight: weight,
  }));
  const investedAmount = allocations.reduce((sum, { amount }) => sum + amount, 0);
  return {
    allocations,
    // Spending exactly all may leave a rounding error below 0.
    cashLeftAmount: Math.max(0, cashAmount - investedAmount),
    investedAmount,
    weightError: rootMeanSquare(allocations.map((each) => each.weight - each.targetWeight)),
    currency,
    priceDate,
  };
}

/** Takes back what rounding adds to weights that should sum to 1. */
function affordableWeights(weights: readonly number[]): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from(weights, (weight) => (total > 1 ? weight / total : weight));
}

function assertAffordable(weights: Float64Array, prices: Float64Array, cashAmount: number): void {
  const wanted = prices.filter((_, i) => (weights[i] ?? 0) > 0);
  const cheapest = wanted.reduce(
    (least, price) => Math.min(least, price),
    Number.POSITIVE_INFINITY,
  );
  if (wanted.length > 0 && cheapest > cashAmount) {
    throw new AppError(
      "failed-precondition",
      "CASH_TOO_SMALL",
      `${cashAmount} does not pay for one share; the cheapest costs ${cheapest}.`,
      {
        violations: [{ field: "cash_amount", description: `is less than ${cheapest}` }],
        metadata: { minimum: String(cheapest) },
      },
    );
  }
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
