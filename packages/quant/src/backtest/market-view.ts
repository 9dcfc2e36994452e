import type { Matrix } from "../linalg/matrix.ts";
import type { Market } from "./market.ts";

/**
 * What is known of a market before a row: copies, so that nothing later can be reached and nothing
 * earlier changed.
 */
export interface MarketView {
  /** Row of the market that is the first of the view. */
  readonly firstRow: number;
  readonly days: Int32Array;
  /** Shape (rows of the view, N). */
  readonly closes: Matrix;
  readonly dividends: Matrix | undefined;
  readonly volumes: Matrix | undefined;
  readonly cashReturns: Float64Array | undefined;
  /** 1 for an asset with a close in the last row, length N. */
  readonly isTraded: Uint8Array;
}

/**
 * Copies the last rows before a row.
 *
 * @param endRow - First row that stays unseen, at least 1.
 * @param rowCountMax - How many rows to copy at most, at least 1; may be infinite.
 */
export function viewBefore(market: Market, endRow: number, rowCountMax: number): MarketView {
  const firstRow = Math.max(0, endRow - rowCountMax);
  const closes = copyRows(market.closes, firstRow, endRow);
  const lastRow = closes.values.subarray((closes.rows - 1) * closes.cols);
  return {
    firstRow,
    days: market.days.slice(firstRow, endRow),
    closes,
    dividends: market.dividends && copyRows(market.dividends, firstRow, endRow),
    volumes: market.volumes && copyRows(market.volumes, firstRow, endRow),
    cashReturns: market.cashReturns?.slice(firstRow, endRow),
    isTraded: Uint8Array.from(lastRow, (close) => (Number.isNaN(close) ? 0 : 1)),
  };
}

function copyRows({ cols, values }: Matrix, start: number, end: number): Matrix {
  return { rows: end - start, cols, values: values.slice(start * cols, end * cols) };
}

/**
 * Lists the assets with a close in every row of a matrix of closes.
 *
 * @returns Column numbers, ascending.
 */
export function assetsWithEveryClose({ rows, cols, values }: Matrix): Int32Array {
  const isComplete = new Uint8Array(cols).fill(1);
  for (let k = 0; k < rows * cols; k++) {
    if (Number.isNaN(values[k])) {
      isComplete[k % cols] = 0;
    }
  }
  return Int32Array.from(isComplete.keys()).filter((j) => isComplete[j] === 1);
}
