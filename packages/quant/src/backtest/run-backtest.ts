import { ArgumentError } from "../errors.ts";
import { type BacktestResult, resultOf } from "./backtest-result.ts";
import { type BacktestSpec, type BacktestState, startBacktest } from "./backtest-state.ts";
import { executeOrder } from "./execute-order.ts";
import type { Market } from "./market.ts";
import { type MarketView, viewBefore } from "./market-view.ts";
import { passDay, portfolioValue, portfolioWeights, recordDay } from "./portfolio-day.ts";

/** What a strategy knows when it decides. Plain data, copied: it can go to another thread. */
export interface DecisionContext {
  /** First row that the strategy does not see. */
  readonly row: number;
  readonly view: MarketView;
  /** Weights at the last close seen, length N, orders that still wait left aside. */
  readonly weights: Float64Array;
  /** Value at that close, in currency. */
  readonly value: number;
  /** What the last decision handed over; undefined at the first. */
  readonly strategyState: unknown;
}

/** What a strategy wants. */
export interface Decision {
  /** Target weights, length N, finite; the rest is cash. Undefined keeps the positions. */
  readonly weights: Float64Array | undefined;
  /** Handed to the next decision: the state of a solver to start warm from. Must be cloneable. */
  readonly strategyState?: unknown;
}

/** Decides equal weights of all assets with a close in the last row: what to compare others with. */
export function decideEqualWeights({ view }: DecisionContext): Decision {
  const count = view.isTraded.reduce((sum, flag) => sum + flag, 0);
  return {
    weights: Float64Array.from(view.isTraded, (flag) => (flag === 1 ? 1 / count : 0)),
  };
}

/** What the caller may watch, stop and resume. */
export interface BacktestOptions {
  /** Called after each decision with the number taken and the number in all. */
  readonly onProgress?: (decisionCount: number, decisionTotal: number) => void;
  /** Asked before each decision; true stops. */
  readonly shouldStop?: () => boolean;
  /** State of a stopped run to go on with, which is changed; a new simulation if absent. */
  readonly from?: BacktestState | undefined;
}

/** A finished backtest, or the state from which it can go on. */
export type BacktestOutcome =
  | { readonly status: "finished"; readonly result: BacktestResult }
  | { readonly status: "stopped"; readonly state: BacktestState };

/**
 * Simulates a strategy.
 *
 * @param decide - Called before each decision row with copies of the rows before it.
 * @returns The result, or where it stopped. The same inputs give the same bits, stopped or not.
 * @throws {ArgumentError} The market, the specification or a decision is not valid, or amounts leave
 *   the range of numbers.
 */
export function runBacktest(
  market: Market,
  spec: BacktestSpec,
  decide: (context: DecisionContext) => Decision,
  options: BacktestOptions = {},
): BacktestOutcome {
  const state = options.from ?? startBacktest(market, spec);
  for (;;) {
    const context = advanceBacktest(market, spec, state);
    if (context === undefined) {
      return { status: "finished", result: resultOf(market, state) };
    }
    if (options.shouldStop?.() === true) {
      return { status: "stopped", state };
    }
    applyDecision(market, spec, state, decide(context));
    options.onProgress?.(state.decisionCount, spec.decisionRows.length);
  }
}

/**
 * Simulates until the next decision, for callers that decide elsewhere.
 *
 * @param state - Changed in place.
 * @returns What the decision may use, again if it was asked before; undefined at the end.
 */
export function advanceBacktest(
  market: Market,
  spec: BacktestSpec,
  state: BacktestState,
): DecisionContext | undefined {
  while (state.status === "ready") {
    const row = state.row + 1;
    if (row >= market.closes.rows) {
      state.status = "completed";
      break;
    }
    passDay(market, spec, state, row);
    state.row = row;
    executeDue(market, spec, state);
    recordDay(state, row);
    if (state.status === "ready" && spec.decisionRows[state.decisionCount] === row + 1) {
      state.status = "deciding";
    }
  }
  return state.status === "deciding" ? contextOf(market, spec, state) : undefined;
}

function contextOf(market: Market, spec: BacktestSpec, state: BacktestState): DecisionContext {
  return {
    row: state.row + 1,
    view: viewBefore(market, state.row + 1, spec.lookbackRows),
    weights: portfolioWeights(state),
    value: portfolioValue(state),
    strategyState: state.strategyState,
  };
}

/**
 * Takes a decision that `advanceBacktest` asked for.
 *
 * @param state - Changed in place.
 * @throws {ArgumentError} No decision is due, or a weight is missing or not finite.
 */
export function applyDecision(
  market: Market,
  spec: BacktestSpec,
  state: BacktestState,
  { weights, strategyState }: Decision,
): void {
  if (state.status !== "deciding") {
    throw new ArgumentError(`no decision is due: the backtest is ${state.status}`);
  }
  if (weights !== undefined) {
    checkWeights(weights, market.closes.cols);
    state.pending.push({
      decisionRow: state.row + 1,
      executionRow: state.row + spec.executionLagRows,
      weights: Float64Array.from(weights),
    });
  }
  state.strategyState = strategyState;
  state.decisionCount++;
  state.status = "ready";
  if (spec.executionLagRows === 0) {
    executeDue(market, spec, state);
    recordDay(state, state.row);
  }
}

function executeDue(market: Market, spec: BacktestSpec, state: BacktestState): void {
  const due = state.pending.filter(({ executionRow }) => executionRow === state.row);
  state.pending = state.pending.filter(({ executionRow }) => executionRow > state.row);
  for (const order of due) {
    if (portfolioValue(state) > 0) {
      executeOrder(market, spec, state, order);
    }
  }
}

function checkWeights(weights: Float64Array, assetCount: number): void {
  if (weights.length !== assetCount) {
    throw new ArgumentError(`a decision has ${weights.length} weights, not ${assetCount}`);
  }
  for (let j = 0; j < weights.length; j++) {
    if (!Number.isFinite(weights[j])) {
      throw new ArgumentError(`the decided weight ${j} is ${weights[j]}, not a finite number`);
    }
  }
}
