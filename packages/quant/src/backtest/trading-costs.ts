import { ArgumentError } from "../errors.ts";
import type { Market } from "./market.ts";
import type { MarketView } from "./market-view.ts";

/** What trading costs. Rates are fractions of the value traded: 0.0005 is 5 basis points. */
export interface CostModel {
  /** Commission and fees. */
  readonly linearRate: number;
  /** Half the bid-ask spread, for all assets or of length N. */
  readonly halfSpread: number | Float64Array;
  /** In currency for each asset traded. */
  readonly fixedPerTrade: number;
  readonly impact?: ImpactModel | undefined;
}

/**
 * Square-root impact: a trade of value q costs Y·σ·√(|q|/V)·|q|, with the asset's volatility σ per
 * day and its value V traded per day, both means over the rows before the trade.
 *
 * @see Grinold & Kahn (1999), "Active Portfolio Management", chapter 16; Almgren, Thum, Hauptmann &
 *   Li (2005), "Direct Estimation of Equity Market Impact"
 */
export interface ImpactModel {
  /** Y, around 1. */
  readonly coefficient: number;
  /** Rows that σ and V are means of, at least 3. */
  readonly windowRows: number;
}

/** Costs in currency by cause. */
export interface CostParts {
  readonly linear: number;
  readonly spread: number;
  readonly impact: number;
  readonly fixed: number;
}

/** Costs of trading each asset on one day, ready to be applied to any trades. */
export interface DayCosts {
  /** Cost per value traded, length N. */
  readonly linearRate: number;
  readonly halfSpreads: Float64Array;
  /** Factor of |q|^1.5, length N; NaN where volume or volatility is not known. */
  readonly impactFactors: Float64Array;
  readonly fixedPerTrade: number;
}

/**
 * Checks a cost model against a market.
 *
 * @throws {ArgumentError} A rate is negative or not finite, a length is not N, or there is impact
 *   without volumes.
 */
export function checkCosts(costs: CostModel, market: Market): void {
  const { halfSpread, impact } = costs;
  const spreads = typeof halfSpread === "number" ? Float64Array.of(halfSpread) : halfSpread;
  if (typeof halfSpread !== "number" && halfSpread.length !== market.closes.cols) {
    throw new ArgumentError(
      `there are ${halfSpread.length} half spreads, not ${market.closes.cols}`,
    );
  }
  for (const rate of [
    costs.linearRate,
    costs.fixedPerTrade,
    impact?.coefficient ?? 0,
    ...spreads,
  ]) {
    if (!(rate >= 0 && rate < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`a cost is ${rate}, not a finite number of at least 0`);
    }
  }
  if (impact !== undefined) {
    checkImpact(impact, market);
  }
}

function checkImpact({ windowRows }: ImpactModel, market: Market): void {
  if (market.volumes === undefined) {
    throw new ArgumentError("market impact needs volumes");
  }
  if (!(Number.isInteger(windowRows) && windowRows >= 3)) {
    throw new ArgumentError(
      `the impact window is ${windowRows} rows, not an integer of at least 3`,
    );
  }
}

/** Prepares the costs of trading at the close of a row from what is known before it. */
export function costsAt(costs: CostModel, market: Market, row: number): DayCosts {
  const n = market.closes.cols;
  const impactFactors = new Float64Array(n);
  for (let j = 0; j < n && costs.impact !== undefined; j++) {
    impactFactors[j] = impactFactor(costs.impact, market, row, j);
  }
  return {
    linearRate: costs.linearRate,
    halfSpreads:
      typeof costs.halfSpread === "number"
        ? new Float64Array(n).fill(costs.halfSpread)
        : costs.halfSpread,
    impactFactors,
    fixedPerTrade: costs.fixedPerTrade,
  };
}

/** Costs of trades that are given as fractions of a portfolio's value. */
export interface TradingCoefficients {
  /** Per fraction traded, length N. */
  readonly linear: Float64Array;
  /** Of |fraction|^1.5, length N; NaN for an asset whose volume or volatility is not known. */
  readonly impact: Float64Array;
}

/**
 * Expresses what trading costs next in fractions of a portfolio's value, from what a decision sees.
 *
 * Fixed costs are left out: they are not convex.
 *
 * @param value - Of the portfolio, in currency.
 * @throws {ArgumentError} The cost model does not fit the view.
 */
export function tradingCoefficients(
  view: MarketView,
  costs: CostModel,
  value: number,
): TradingCoefficients {
  checkCosts(costs, view);
  const { linearRate, halfSpreads, impactFactors } = costsAt(costs, view, view.closes.rows);
  return {
    linear: halfSpreads.map((spread) => spread + linearRate),
    impact: impactFactors.map((factor) => factor * Math.sqrt(value)),
  };
}

/** Computes Y·σ/√V of one asset over the rows before `row`; NaN without trading. */
function impactFactor(impact: ImpactModel, market: Market, row: number, asset: number): number {
  const { cols, values } = market.closes;
  let sum = 0;
  let square = 0;
  let count = 0;
  let traded = 0;
  let tradedCount = 0;
  for (let t = Math.max(1, row - impact.windowRows); t < row; t++) {
    const close = values[t * cols + asset];
    const value = close * (market.volumes?.values[t * cols + asset] ?? Number.NaN);
    const change = close / values[(t - 1) * cols + asset] - 1;
    if (value >= 0) {
      traded += value;
      tradedCount++;
    }
    if (Number.isFinite(change)) {
      sum += change;
      square += change * change;
      count++;
    }
  }
  if (count < 2 || !(traded > 0)) {
    return Number.NaN;
  }
  const variance = Math.max(0, (square - (sum * sum) / count) / (count - 1));
  return (impact.coefficient * Math.sqrt(variance)) / Math.sqrt(traded / tradedCount);
}

/**
 * Adds up what trades cost.
 *
 * @param trades - Values traded by asset, negative for sales, length N; 0 for none.
 */
export function costOf(trades: Float64Array, costs: DayCosts): CostParts {
  let volume = 0;
  let spread = 0;
  let impact = 0;
  let count = 0;
  for (let j = 0; j < trades.length; j++) {
    const size = Math.abs(trades[j]);
    if (size > 0) {
      volume += size;
      spread += costs.halfSpreads[j] * size;
      impact += costs.impactFactors[j] * size * Math.sqrt(size);
      count++;
    }
  }
  return { linear: costs.linearRate * volume, spread, impact, fixed: costs.fixedPerTrade * count };
}

/** Sums the parts of a cost. */
export function totalCost({ linear, spread, impact, fixed }: CostParts): number {
  return linear + spread + impact + fixed;
}
