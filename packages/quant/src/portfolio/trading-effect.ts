import type { Trading, TradingCosts } from "./portfolio-model.ts";

/** What trading from the current weights to others amounts to, as fractions of capital. */
export interface TradingEffect {
  /** Σ|wᵢ − currentᵢ|. */
  readonly turnover: number;
  /** Of the trades, once. */
  readonly cost: number;
  /** Of the trades spread over the years held, and of holding: fees and borrowing. */
  readonly costPerYear: number;
}

/** Works out turnover and cost of moving to weights, length n. */
export function tradingEffect(weights: Float64Array, trading: Trading): TradingEffect {
  const { current, costs, yearsHeld } = trading;
  let turnover = 0;
  let cost = 0;
  let holding = 0;
  for (let i = 0; i < weights.length; i++) {
    const trade = Math.abs(weights[i] - current[i]);
    turnover += trade;
    if (costs !== undefined) {
      cost += tradeCost(trade, i, costs);
      holding += costs.managementFee[i] * Math.abs(weights[i]);
      holding += costs.borrow * Math.max(0, -weights[i]);
    }
  }
  return { turnover, cost, costPerYear: cost / yearsHeld + holding };
}

/** Computes what trading |Δw| = `trade` of asset i costs. */
function tradeCost(trade: number, i: number, { linear, tiers, impact }: TradingCosts): number {
  let cost = linear[i] * trade + impact[i] * trade * Math.sqrt(trade);
  let rate = linear[i];
  for (const tier of tiers) {
    cost += Math.max(0, tier.rate - rate) * Math.max(0, trade - tier.threshold);
    rate = Math.max(rate, tier.rate);
  }
  return cost;
}
