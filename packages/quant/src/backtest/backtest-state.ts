import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { checkMarket, type Market, rowsAfterLastClose } from "./market.ts";
import { type CostModel, type CostParts, checkCosts } from "./trading-costs.ts";

/** How a strategy is simulated. Plain data. */
export interface BacktestSpec {
  /**
   * Rows before which the strategy decides, ascending, each within 1 … T: a decision at row d sees
   * the rows before d and nothing else.
   */
  readonly decisionRows: Int32Array;
  /** Rows that a decision sees at most, at least 1; may be infinite. */
  readonly lookbackRows: number;
  /**
   * Rows between the last close a decision sees and the close at which it trades. 0 trades at that
   * very close, which only a market-on-close order with a good guess can do.
   */
  readonly executionLagRows: number;
  /** Cash at the start, in currency. */
  readonly initialValue: number;
  /** What happens to dividends: they stay in cash, or buy more of the asset at the close. */
  readonly dividends: "cash" | "reinvest";
  readonly costs: CostModel;
  readonly financing: FinancingModel;
  /** Trades of less than this value are not made, in currency. */
  readonly minimumTradeValue: number;
}

/** What leverage and short positions cost. Rates are fractions per year of 252 days. */
export interface FinancingModel {
  /** Over the return of cash, on cash below 0. */
  readonly debitSpreadPerYear: number;
  /** On the value of short positions, for all assets or of length N. */
  readonly borrowRatePerYear: number | Float64Array;
}

/** Target weights that wait for their close. */
export interface PendingOrder {
  readonly decisionRow: number;
  readonly executionRow: number;
  readonly weights: Float64Array;
}

/** One rebalancing as it was executed. */
export interface Rebalance {
  readonly decisionRow: number;
  readonly executionRow: number;
  /** Fractions of the value before trading, length N. */
  readonly weightsBefore: Float64Array;
  /** Fractions of the value after costs. */
  readonly weightsAfter: Float64Array;
  /** Half the sum of absolute values traded, as a fraction of the value before trading. */
  readonly turnover: number;
  /** In currency. */
  readonly costs: CostParts;
  /** Sum of absolute target weights of assets that could not be traded, less what was held. */
  readonly unfilledWeight: number;
}

/** A value per row from the first on. */
export interface DailySeries {
  readonly values: Float64Array;
  readonly cash: Float64Array;
  /** Σ|position| / value and Σ position / value at the close. */
  readonly grossExposures: Float64Array;
  readonly netExposures: Float64Array;
  /** Values in currency of the day. */
  readonly tradingCosts: Float64Array;
  readonly dividends: Float64Array;
  /** Interest on cash; negative for what a debit costs. */
  readonly interest: Float64Array;
  readonly borrowCosts: Float64Array;
}

/**
 * A simulation between two decisions: plain data that survives a structured clone, so that another
 * process can go on with it.
 *
 * It is "ready" to advance, "deciding" until it is handed a decision for `row` + 1, "completed", or
 * "ruined" when the value fell to 0 or below; it then stays 0.
 */
export interface BacktestState {
  status: "ready" | "deciding" | "completed" | "ruined";
  /** Last row that was processed. */
  row: number;
  /** Row at which the simulation starts in cash. */
  readonly firstRow: number;
  /** Decisions taken so far. */
  decisionCount: number;
  cash: number;
  /** Shares held, length N. */
  readonly units: Float64Array;
  /** Last close of each asset, NaN before its first, length N. */
  readonly marks: Float64Array;
  readonly delistingRows: Int32Array;
  /** Gains and losses by asset, with dividends and without costs, in currency, length N. */
  readonly gains: Float64Array;
  readonly daily: DailySeries;
  pending: PendingOrder[];
  readonly rebalances: Rebalance[];
  /** What the strategy wants to be handed back: a solver's state, for instance. */
  strategyState: unknown;
}

/**
 * Starts a simulation in cash, at the row before the first decision.
 *
 * @throws {ArgumentError} The market or the specification is not valid.
 */
export function startBacktest(market: Market, spec: BacktestSpec): BacktestState {
  checkMarket(market);
  checkCosts(spec.costs, market);
  checkSpec(market, spec);
  const firstRow = spec.decisionRows[0] - 1;
  const n = market.closes.cols;
  const series = () => new Float64Array(market.closes.rows - firstRow);
  return {
    status: "ready",
    row: firstRow - 1,
    firstRow,
    decisionCount: 0,
    cash: spec.initialValue,
    units: new Float64Array(n),
    marks: lastCloses(market.closes, firstRow),
    delistingRows: Int32Array.from(market.delistingRows ?? rowsAfterLastClose(market.closes)),
    gains: new Float64Array(n),
    daily: {
      values: series(),
      cash: series(),
      grossExposures: series(),
      netExposures: series(),
      tradingCosts: series(),
      dividends: series(),
      interest: series(),
      borrowCosts: series(),
    },
    pending: [],
    rebalances: [],
    strategyState: undefined,
  };
}

/** Finds each asset's last close before a row, NaN if it has none. */
function lastCloses({ cols, values }: Matrix, row: number): Float64Array {
  const marks = new Float64Array(cols).fill(Number.NaN);
  for (let t = 0; t < row; t++) {
    for (let j = 0; j < cols; j++) {
      const close = values[t * cols + j];
      marks[j] = Number.isNaN(close) ? marks[j] : close;
    }
  }
  return marks;
}

function checkSpec(market: Market, spec: BacktestSpec): void {
  const { rows, cols } = market.closes;
  const { decisionRows } = spec;
  const last = decisionRows[decisionRows.length - 1];
  if (decisionRows.length === 0 || decisionRows[0] < 1 || last > rows) {
    throw new ArgumentError(`decision rows are not within 1 … ${rows}, or there are none`);
  }
  if (decisionRows.some((row, k) => k > 0 && row <= decisionRows[k - 1])) {
    throw new ArgumentError("decision rows do not ascend");
  }
  if (!(spec.lookbackRows >= 1)) {
    throw new ArgumentError(`a decision sees ${spec.lookbackRows} rows, not at least 1`);
  }
  requireNotNegative(spec.executionLagRows, "execution lag");
  requireNotNegative(spec.minimumTradeValue, "minimum trade");
  requireNotNegative(spec.financing.debitSpreadPerYear, "debit spread");
  if (!(Number.isInteger(spec.executionLagRows) && spec.initialValue > 0)) {
    throw new ArgumentError("the execution lag is not whole, or the initial value is not above 0");
  }
  const { borrowRatePerYear: borrow } = spec.financing;
  for (const rate of typeof borrow === "number" ? [borrow] : borrow) {
    requireNotNegative(rate, "borrow rate");
  }
  if (typeof borrow !== "number" && borrow.length !== cols) {
    throw new ArgumentError(`there are ${borrow.length} borrow rates, not ${cols}`);
  }
}

function requireNotNegative(value: number, what: string): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`the ${what} is ${value}, not a finite number of at least 0`);
  }
}
