import { ArgumentError } from "../errors.ts";

/** Shares that were bought at one price. */
export interface TaxLot {
  /** Positive. */
  readonly shares: number;
  /** What one share cost, from 0. */
  readonly costPerShare: number;
  /** Whether a gain counts as long-term. */
  readonly isLongTerm: boolean;
  /** Whether it was bought within 30 days, so that a loss may be a wash sale. */
  readonly isRecent: boolean;
}

/** Which lots are sold first. `oldest-first` and `newest-first` take lots as given in order of age. */
export type LotOrder = "oldest-first" | "newest-first" | "highest-cost" | "least-tax";

/** Taxes on gains, as fractions from 0 to 1. Losses save tax at the rate of their lot. */
export interface TaxRates {
  readonly shortTerm: number;
  readonly longTerm: number;
}

/** What a sale takes out of one lot. */
export interface LotSale {
  /** Index of the lot. */
  readonly lot: number;
  readonly shares: number;
  /** Money gained; negative for a loss. */
  readonly gain: number;
  readonly tax: number;
}

/** What a sale amounts to. */
export interface Sale {
  readonly lots: readonly LotSale[];
  /** Tax on all of it; negative when losses save more. */
  readonly tax: number;
  /** Whether a loss is taken while shares bought within 30 days are at hand. */
  readonly mayBeWashSale: boolean;
}

/**
 * Sells shares out of lots.
 *
 * @param lots - Oldest first.
 * @param shares - From 0 to the sum of the lots.
 * @param price - Of one share.
 * @throws {ArgumentError} There are fewer shares, or a number makes no sense.
 */
export function sellLots(
  lots: readonly TaxLot[],
  shares: number,
  price: number,
  rates: TaxRates,
  order: LotOrder,
): Sale {
  checkLots(lots, rates);
  const sales: LotSale[] = [];
  let left = shares;
  let tax = 0;
  for (const lot of lotOrder(lots, price, rates, order)) {
    if (left <= 0) {
      break;
    }
    const sold = Math.min(left, lots[lot].shares);
    const gain = sold * (price - lots[lot].costPerShare);
    const due = gain * rateOf(lots[lot], rates);
    sales.push({ lot, shares: sold, gain, tax: due });
    left -= sold;
    tax += due;
  }
  if (left > ROUNDING * shares) {
    throw new ArgumentError(`the lots have ${shares - left} shares, not ${shares}`);
  }
  const hasLoss = sales.some(({ gain }) => gain < 0);
  return { lots: sales, tax, mayBeWashSale: hasLoss && lots.some(({ isRecent }) => isRecent) };
}

const ROUNDING = 1e-9;

function rateOf({ isLongTerm }: TaxLot, { shortTerm, longTerm }: TaxRates): number {
  return isLongTerm ? longTerm : shortTerm;
}

function lotOrder(
  lots: readonly TaxLot[],
  price: number,
  rates: TaxRates,
  order: LotOrder,
): readonly number[] {
  const indices = Array.from(lots.keys());
  const taxPerShare = (i: number) => (price - lots[i].costPerShare) * rateOf(lots[i], rates);
  switch (order) {
    case "oldest-first":
      return indices;
    case "newest-first":
      return indices.reverse();
    case "highest-cost":
      return indices.sort((i, j) => lots[j].costPerShare - lots[i].costPerShare);
    case "least-tax":
      return indices.sort((i, j) => taxPerShare(i) - taxPerShare(j));
  }
}

function checkLots(lots: readonly TaxLot[], { shortTerm, longTerm }: TaxRates): void {
  if (!(shortTerm >= 0 && shortTerm <= 1 && longTerm >= 0 && longTerm <= 1)) {
    throw new ArgumentError(`tax rates are ${shortTerm} and ${longTerm}, not between 0 and 1`);
  }
  for (const [i, { shares, costPerShare }] of lots.entries()) {
    const isKnown = Number.isFinite(shares) && Number.isFinite(costPerShare);
    if (!isKnown || shares <= 0 || costPerShare < 0) {
      throw new ArgumentError(`lot ${i} has ${shares} shares at ${costPerShare}`);
    }
  }
}
