import { TRADING_DAYS_PER_YEAR } from "../returns/annualize.ts";
import type { BacktestState, DailySeries, Rebalance } from "./backtest-state.ts";
import type { Market } from "./market.ts";

/** What a strategy did. Plain data. */
export interface BacktestResult {
  readonly status: "completed" | "ruined";
  /** Days of the rows from the first on, days since 1970-01-01, length K. */
  readonly days: Int32Array;
  /** A value per row, length K; the first is the start. */
  readonly daily: DailySeries;
  /** Simple returns from each row to the next, after all costs, length K − 1. */
  readonly returns: Float64Array;
  readonly rebalances: readonly Rebalance[];
  /** Gains and losses by asset before costs, with dividends, in currency, length N. */
  readonly gains: Float64Array;
  readonly totals: BacktestTotals;
}

/** Sums over the whole time. Costs are in currency. */
export interface BacktestTotals {
  /** Sum of the turnovers times 252 over the number of days. */
  readonly turnoverPerYear: number;
  readonly tradingCosts: number;
  /** Mean of daily costs over the value before, times 252, as a fraction. */
  readonly tradingCostPerYear: number;
  readonly interest: number;
  readonly borrowCosts: number;
  readonly dividends: number;
  readonly meanGrossExposure: number;
  readonly meanNetExposure: number;
}

/** Gathers the result of a simulation that has ended. */
export function resultOf(market: Market, state: BacktestState): BacktestResult {
  const { daily } = state;
  const count = daily.values.length;
  const returns = new Float64Array(count - 1);
  let costShare = 0;
  for (let t = 0; t < returns.length; t++) {
    const before = daily.values[t];
    returns[t] = before > 0 ? daily.values[t + 1] / before - 1 : 0;
    costShare += before > 0 ? daily.tradingCosts[t + 1] / before : 0;
  }
  const perYear = count > 1 ? TRADING_DAYS_PER_YEAR / (count - 1) : 0;
  return {
    status: state.status === "ruined" ? "ruined" : "completed",
    days: market.days.slice(state.firstRow),
    daily,
    returns,
    rebalances: state.rebalances,
    gains: state.gains,
    totals: {
      turnoverPerYear: state.rebalances.reduce((sum, one) => sum + one.turnover, 0) * perYear,
      tradingCosts: sumOf(daily.tradingCosts),
      tradingCostPerYear: costShare * perYear,
      interest: sumOf(daily.interest),
      borrowCosts: sumOf(daily.borrowCosts),
      dividends: sumOf(daily.dividends),
      meanGrossExposure: sumOf(daily.grossExposures) / count,
      meanNetExposure: sumOf(daily.netExposures) / count,
    },
  };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    sum += values[t];
  }
  return sum;
}
