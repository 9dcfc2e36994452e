import type { BacktestSpec, BacktestState, PendingOrder } from "./backtest-state.ts";
import type { Market } from "./market.ts";
import { portfolioValue, portfolioWeights } from "./portfolio-day.ts";
import { costOf, costsAt, type DayCosts, totalCost } from "./trading-costs.ts";

// The value after costs is a fixed point; it moves by the rate of the costs each time.
const ITERATIONS_MAX = 60;
const RELATIVE_CHANGE = 1e-14;

/**
 * Trades to target weights at the close of a row.
 *
 * Targets are fractions of the value that is left after costs. An asset without a close on that
 * row, or, with market impact, without a volume before it, is not traded: it stays as it is.
 */
export function executeOrder(
  market: Market,
  spec: BacktestSpec,
  state: BacktestState,
  order: PendingOrder,
): void {
  const row = order.executionRow;
  const costs = costsAt(spec.costs, market, row);
  const value = portfolioValue(state);
  const weightsBefore = portfolioWeights(state);
  const isTraded = tradedAssets({ market, spec, state, order }, costs, value);
  const trades = new Float64Array(state.units.length);
  let left = value;
  for (let k = 0; k < ITERATIONS_MAX; k++) {
    setTrades(trades, state, order.weights, { left, isTraded });
    const next = Math.max(0, value - totalCost(costOf(trades, costs)));
    const change = Math.abs(next - left);
    left = next;
    if (change <= RELATIVE_CHANGE * value) {
      break;
    }
  }
  setTrades(trades, state, order.weights, { left, isTraded });
  const paid = costOf(trades, costs);
  let volume = 0;
  for (let j = 0; j < trades.length; j++) {
    if (isTraded[j] === 1) {
      state.units[j] = (order.weights[j] * left) / state.marks[j];
    }
    state.cash -= trades[j];
    volume += Math.abs(trades[j]);
  }
  state.cash -= totalCost(paid);
  state.daily.tradingCosts[row - state.firstRow] += totalCost(paid);
  state.rebalances.push({
    decisionRow: order.decisionRow,
    executionRow: row,
    weightsBefore,
    weightsAfter: portfolioWeights(state),
    turnover: volume / (2 * value),
    costs: paid,
    unfilledWeight: unfilledWeight(order.weights, weightsBefore, tradable(market, state, costs)),
  });
}

interface Execution {
  readonly market: Market;
  readonly spec: BacktestSpec;
  readonly state: BacktestState;
  readonly order: PendingOrder;
}

/** Flags the assets that can be traded and whose trade is not too small. */
function tradedAssets(
  { market, spec, state, order }: Execution,
  costs: DayCosts,
  value: number,
): Uint8Array {
  const flags = tradable(market, state, costs);
  for (let j = 0; j < flags.length; j++) {
    const held = state.units[j] === 0 ? 0 : state.units[j] * state.marks[j];
    const size = Math.abs(order.weights[j] * value - held);
    if (size === 0 || size < spec.minimumTradeValue) {
      flags[j] = 0;
    }
  }
  return flags;
}

/** Flags the assets that are listed, have a close, and a known impact if impact counts. */
function tradable({ closes }: Market, state: BacktestState, costs: DayCosts): Uint8Array {
  const { row, delistingRows } = state;
  return Uint8Array.from(delistingRows, (delistingRow, j) => {
    const hasClose = row < delistingRow && !Number.isNaN(closes.values[row * closes.cols + j]);
    return hasClose && !Number.isNaN(costs.impactFactors[j]) ? 1 : 0;
  });
}

interface Funding {
  /** Value after costs. */
  readonly left: number;
  readonly isTraded: Uint8Array;
}

/** Computes the values traded that lead to the weights, 0 for assets that are not traded. */
function setTrades(
  trades: Float64Array,
  { units, marks }: BacktestState,
  weights: Float64Array,
  { left, isTraded }: Funding,
): void {
  for (let j = 0; j < trades.length; j++) {
    const held = units[j] === 0 ? 0 : units[j] * marks[j];
    trades[j] = isTraded[j] === 1 ? weights[j] * left - held : 0;
  }
}

function unfilledWeight(
  weights: Float64Array,
  before: Float64Array,
  isTradable: Uint8Array,
): number {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) {
    sum += isTradable[j] === 1 ? 0 : Math.abs(weights[j] - before[j]);
  }
  return sum;
}
