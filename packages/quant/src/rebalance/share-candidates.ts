import { countsCash, type ShareRebalanceProblem, totalValue } from "./rebalance-problem.ts";
import { type Sale, sellLots } from "./tax-lots.ts";

/** A number of shares of one asset, and what it means. */
export interface Candidate {
  readonly shares: number;
  /** Part of the error that is minimized, in money. */
  readonly error: number;
  /** Cash that it takes out of the total: its value, costs and taxes. */
  readonly cash: number;
  readonly cost: number;
  readonly sale: Sale | undefined;
}

// The quotient of a target by a price may miss a whole number by this.
const ROUNDING = 1e-9;

/**
 * Lists numbers of shares around an asset's target: whole lots within `reach` of it in money, none
 * at all, and what is held. Short positions only where the target is one, or one is held.
 */
export function candidatesOf(
  problem: ShareRebalanceProblem,
  asset: number,
  reach: number,
): readonly Candidate[] {
  const { weights, prices, holdings } = problem;
  const held = holdings?.[asset] ?? 0;
  const lot = problem.lotSizes?.[asset] ?? 1;
  const target = (weights[asset] * totalValue(problem)) / prices[asset];
  const lots = target / lot;
  const span = Math.ceil(reach / (prices[asset] * lot));
  const first = Math.floor(lots + ROUNDING) - span;
  const counts = Array.from({ length: 2 * span + 2 }, (_, k) => (first + k) * lot);
  const numbers = new Set([...counts, 0, held].map((shares) => shares + 0));
  return [...numbers]
    .filter((shares) => isAllowed(problem, asset, shares))
    .sort((a, b) => a - b)
    .map((shares) => candidate(problem, asset, shares));
}

function isAllowed(problem: ShareRebalanceProblem, asset: number, shares: number): boolean {
  const held = problem.holdings?.[asset] ?? 0;
  const target = problem.weights[asset];
  const hasSide =
    (shares >= 0 || target < 0 || held <= shares) && (shares <= 0 || target >= 0 || held >= shares);
  const value = Math.abs(shares - held) * problem.prices[asset];
  return hasSide && (shares === held || value >= (problem.leastTrade ?? 0));
}

function candidate(problem: ShareRebalanceProblem, asset: number, shares: number): Candidate {
  const { prices, tax, weights } = problem;
  const price = prices[asset];
  const held = problem.holdings?.[asset] ?? 0;
  const total = totalValue(problem);
  const cost = Math.abs(shares - held) * price * (problem.costRates?.[asset] ?? 0);
  const sold = Math.max(0, held) - Math.max(0, Math.min(held, shares));
  const sale =
    tax === undefined || sold === 0
      ? undefined
      : sellLots(tax.lots[asset], sold, price, tax.rates, tax.order);
  const lost = cost + (sale?.tax ?? 0);
  const off = weights[asset] * total - price * shares;
  const invested = countsCash(problem) ? price * shares : 0;
  const deviation = problem.error === "absolute" ? Math.abs(off) - invested : (off * off) / total;
  return {
    shares,
    error: deviation + (problem.costWeight ?? 1) * lost,
    cash: price * shares + lost,
    cost,
    sale,
  };
}
