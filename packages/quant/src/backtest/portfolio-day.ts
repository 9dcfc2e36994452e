import { ArgumentError } from "../errors.ts";
import { TRADING_DAYS_PER_YEAR } from "../returns/annualize.ts";
import type { BacktestSpec, BacktestState } from "./backtest-state.ts";
import type { Market } from "./market.ts";

/**
 * Takes a portfolio from the close of one row to that of the next, without trading.
 *
 * In this order: interest and borrow costs on what was held overnight, delistings, dividends, new
 * closes.
 */
export function passDay(
  market: Market,
  spec: BacktestSpec,
  state: BacktestState,
  row: number,
): void {
  const at = row - state.firstRow;
  if (at > 0) {
    accrueFinancing(market, spec, state, row);
  }
  for (let j = 0; j < state.units.length; j++) {
    if (row >= state.delistingRows[j]) {
      delist(state, j, market.delistingReturns?.[j] ?? 0);
    } else {
      passAsset(market, spec, state, { row, asset: j });
    }
  }
}

/** Pays an asset's dividend and moves it to its new close, if it has one. */
function passAsset(
  market: Market,
  spec: BacktestSpec,
  state: BacktestState,
  { row, asset }: { readonly row: number; readonly asset: number },
): void {
  const at = row * market.closes.cols + asset;
  const close = market.closes.values[at];
  const dividend = market.dividends?.values[at] ?? 0;
  if (state.units[asset] !== 0 && dividend > 0) {
    payDividend({ state, spec, at: row - state.firstRow, asset, close }, dividend);
  }
  if (!Number.isNaN(close)) {
    const change = close - state.marks[asset];
    state.gains[asset] += state.units[asset] === 0 ? 0 : state.units[asset] * change;
    state.marks[asset] = close;
  }
}

function accrueFinancing(
  market: Market,
  { financing }: BacktestSpec,
  state: BacktestState,
  row: number,
): void {
  const cashReturn = market.cashReturns?.[row] ?? 0;
  const spread = state.cash < 0 ? financing.debitSpreadPerYear / TRADING_DAYS_PER_YEAR : 0;
  const interest = state.cash * (cashReturn + spread);
  const { borrowRatePerYear: rate } = financing;
  let borrow = 0;
  for (let j = 0; j < state.units.length; j++) {
    if (state.units[j] < 0) {
      borrow -= state.units[j] * state.marks[j] * (typeof rate === "number" ? rate : rate[j]);
    }
  }
  borrow /= TRADING_DAYS_PER_YEAR;
  state.daily.interest[row - state.firstRow] = interest;
  state.daily.borrowCosts[row - state.firstRow] = borrow;
  state.cash += interest - borrow;
}

/** Turns a position into cash at the last close and the delisting return. */
function delist(state: BacktestState, asset: number, delistingReturn: number): void {
  if (state.units[asset] !== 0) {
    const value = state.units[asset] * state.marks[asset];
    state.gains[asset] += value * delistingReturn;
    state.cash += value * (1 + delistingReturn);
    state.units[asset] = 0;
  }
}

interface DividendDay {
  readonly state: BacktestState;
  readonly spec: BacktestSpec;
  readonly at: number;
  readonly asset: number;
  readonly close: number;
}

/** Pays a dividend, or charges it to a short position. Without a close it cannot be reinvested. */
function payDividend({ state, spec, at, asset, close }: DividendDay, perShare: number): void {
  const amount = state.units[asset] * perShare;
  state.gains[asset] += amount;
  state.daily.dividends[at] += amount;
  if (spec.dividends === "reinvest" && !Number.isNaN(close)) {
    // The shares held before earn the price change; those bought now start at this close.
    state.gains[asset] += (amount / close) * (state.marks[asset] - close);
    state.units[asset] += amount / close;
  } else {
    state.cash += amount;
  }
}

/** Adds up cash and positions at the last closes. */
export function portfolioValue({ cash, units, marks }: BacktestState): number {
  let value = cash;
  for (let j = 0; j < units.length; j++) {
    value += units[j] === 0 ? 0 : units[j] * marks[j];
  }
  return value;
}

/** Expresses positions as fractions of the value; all 0 without value. */
export function portfolioWeights(state: BacktestState): Float64Array {
  const value = portfolioValue(state);
  const { units, marks } = state;
  return units.map((count, j) => (count === 0 || value <= 0 ? 0 : (count * marks[j]) / value));
}

// Sums of what is below cannot overflow.
const AMOUNT_MAX = 1e250;

/**
 * Writes down value, cash and exposures at the close of a row; ruin ends the simulation.
 *
 * @throws {ArgumentError} Closes change by so much that amounts leave the range of numbers.
 */
export function recordDay(state: BacktestState, row: number): void {
  const { daily, units, marks, gains } = state;
  const at = row - state.firstRow;
  const value = portfolioValue(state);
  if (!(Math.abs(value) < AMOUNT_MAX && gains.every((gain) => Math.abs(gain) < AMOUNT_MAX))) {
    throw new ArgumentError(`the value at row ${row} is ${value}: closes change by too much`);
  }
  if (!(value > 0)) {
    state.status = "ruined";
    state.cash = 0;
    units.fill(0);
    state.pending = [];
    for (const series of [daily.values, daily.cash, daily.grossExposures, daily.netExposures]) {
      series[at] = 0;
    }
    return;
  }
  let gross = 0;
  let net = 0;
  for (let j = 0; j < units.length; j++) {
    const position = units[j] === 0 ? 0 : units[j] * marks[j];
    gross += Math.abs(position);
    net += position;
  }
  daily.values[at] = value;
  daily.cash[at] = state.cash;
  daily.grossExposures[at] = gross / value;
  daily.netExposures[at] = net / value;
}
