import { ArgumentError } from "../errors.ts";
import type { LotOrder, Sale, TaxLot, TaxRates } from "./tax-lots.ts";

/** Target weights to be met with whole lots, from what is held. Arrays have length n. */
export interface ShareRebalanceProblem {
  /** Target weights, fractions of all that there is; negative for short positions. */
  readonly weights: Float64Array;
  /** Price of one share, positive. */
  readonly prices: Float64Array;
  /** Cash at hand, before anything is sold. */
  readonly cash: number;
  /** Shares that are held; 0 by default. */
  readonly holdings?: Float64Array;
  /** Smallest number of shares that trades, such as 1 or 0.01; 1 by default. */
  readonly lotSizes?: Float64Array;
  /** Cost of trading, as a fraction of what is traded; 0 by default. */
  readonly costRates?: Float64Array;
  /** Smallest value of a trade that is made at all; 0 by default. */
  readonly leastTrade?: number;
  /** Tax on gains. Lots are oldest first and sum to the holdings. */
  readonly tax?: {
    readonly lots: readonly (readonly TaxLot[])[];
    readonly rates: TaxRates;
    readonly order: LotOrder;
  };
  /**
   * `absolute` counts Σ|target − achieved|, in money, and what is not in positions if the targets
   * leave no cash; `squared` counts Σ(target − achieved)² over the total.
   */
  readonly error: "absolute" | "squared";
  /** Deviation that a unit of money lost to costs and taxes is worth. (Default: 1) */
  readonly costWeight?: number;
}

/** A purchase or a sale. */
export interface Trade {
  readonly asset: number;
  /** Negative for a sale. */
  readonly shares: number;
  /** Shares times price. */
  readonly value: number;
  readonly cost: number;
  /** Lots that are sold, with their tax, if there are any. */
  readonly sale: Sale | undefined;
}

/** Whole lots that come closest to the targets. */
export interface ShareRebalance {
  /** `optimal` when nothing is closer, `stopped` when that is not proven. */
  readonly status: "optimal" | "stopped";
  /** Shares to hold, length n. */
  readonly shares: Float64Array;
  /** Only of what changes, in the order of the assets. */
  readonly trades: readonly Trade[];
  readonly cashLeft: number;
  readonly costs: number;
  readonly taxes: number;
  /** Value of each position as a fraction of all that there is, length n. */
  readonly weights: Float64Array;
  /** What was minimized, in money. */
  readonly error: number;
  /** No other choice has an error below this. */
  readonly bound: number;
}

/** Nothing can be paid for, not even leaving all as it is. */
export interface ShareRebalanceInfeasible {
  readonly status: "infeasible";
}

/**
 * Checks a problem.
 *
 * @throws {ArgumentError} Lengths differ, a number is not finite or out of range, lots do not sum
 *   to the holdings, or the total value is not positive.
 */
export function checkRebalance(problem: ShareRebalanceProblem): void {
  const { weights, prices, holdings, lotSizes, costRates, cash, leastTrade, costWeight } = problem;
  const n = weights.length;
  requireRange(weights, n, "weight", Number.NEGATIVE_INFINITY);
  requireRange(prices, n, "price", Number.MIN_VALUE);
  requireRange(holdings ?? prices, n, "holding", Number.NEGATIVE_INFINITY);
  requireRange(lotSizes ?? prices, n, "lot size", Number.MIN_VALUE);
  requireRange(costRates ?? prices, n, "cost rate", 0);
  requireRange(Float64Array.of(cash), 1, "cash", Number.NEGATIVE_INFINITY);
  requireRange(Float64Array.of(leastTrade ?? 0, costWeight ?? 1), 2, "limit", 0);
  checkTax(problem);
  if (!(totalValue(problem) > 0)) {
    throw new ArgumentError(`cash and holdings are worth ${totalValue(problem)}, not over 0`);
  }
}

function requireRange(values: Float64Array, n: number, what: string, least: number): void {
  if (values.length !== n) {
    throw new ArgumentError(`there are ${values.length} entries of ${what} for ${n} weights`);
  }
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(values[i]) || values[i] < least) {
      throw new ArgumentError(`${what} ${i} is ${values[i]}`);
    }
  }
}

function checkTax({ tax, weights, holdings }: ShareRebalanceProblem): void {
  if (tax === undefined) {
    return;
  }
  if (tax.lots.length !== weights.length) {
    throw new ArgumentError(`there are lots of ${tax.lots.length} assets for ${weights.length}`);
  }
  for (const [i, lots] of tax.lots.entries()) {
    const shares = lots.reduce((sum, lot) => sum + lot.shares, 0);
    const held = Math.max(0, holdings?.[i] ?? 0);
    if (!(Math.abs(shares - held) <= 1e-9 * Math.max(1, held))) {
      throw new ArgumentError(`lots of asset ${i} have ${shares} shares, ${held} are held`);
    }
  }
}

// Weights that sum to less than this are meant to leave cash.
const INVESTED_MIN = 0.999;

/** Whether cash that is left is an error: not where targets are short, or leave some. */
export function countsCash({ error, weights }: ShareRebalanceProblem): boolean {
  const isLongOnly = weights.every((weight) => weight >= 0);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return error === "absolute" && isLongOnly && sum >= INVESTED_MIN;
}

/** Sums cash and the value of what is held. */
export function totalValue({ cash, holdings, prices }: ShareRebalanceProblem): number {
  return prices.reduce((sum, price, i) => sum + price * (holdings?.[i] ?? 0), cash);
}
