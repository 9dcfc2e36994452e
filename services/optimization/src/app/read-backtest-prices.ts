import { AppError } from "@portfolio/platform/app-error";
import type { PriceHistory, PricePanel } from "@portfolio/platform/prices/price-history";
import { fillShortGaps, type Matrix } from "@portfolio/quant";
import type { BacktestProblem } from "../domain/backtest-problem.ts";
import { contentDigest } from "./provenance.ts";
import { readPanel } from "./read-panel.ts";

/** Prices of all that a backtest names. */
export interface BacktestPrices {
  /** The symbols of the backtest, then those that only its benchmark and its factors have. */
  readonly panel: PricePanel;
  /** Takes the columns of some symbols. */
  readonly columnsFor: (symbols: readonly string[]) => number[];
}

/**
 * Reads the prices of a backtest's symbols, its benchmark and its factors.
 *
 * With a universe every day is read on which the benchmark and the factors have a price; otherwise
 * only the days that all symbols share.
 *
 * @throws {AppError} Those of `readPanel` and of `PriceHistory.allCloses`, with fields below `spec`.
 */
export async function readBacktestPrices(
  history: PriceHistory,
  problem: BacktestProblem,
  signal: AbortSignal,
): Promise<BacktestPrices> {
  const { symbols, prices, benchmark, factorSymbols } = problem;
  const others = [...(benchmark ?? []).map(({ symbol }) => symbol), ...factorSymbols];
  const all = [...new Set([...symbols, ...others])];
  const read =
    problem.universe === undefined
      ? readPanel(history, { symbols: all, prices }, signal)
      : readAll(history, { ...problem, others }, all, signal);
  const panel = await read.catch((error: unknown) => {
    throw inSpec(error, all, problem);
  });
  return { panel, columnsFor: (some) => some.map((symbol) => all.indexOf(symbol)) };
}

const DAYS_MIN = 3;

async function readAll(
  history: PriceHistory,
  { prices, others }: Pick<BacktestProblem, "prices"> & { readonly others: readonly string[] },
  all: readonly string[],
  signal: AbortSignal,
): Promise<PricePanel> {
  const { dates, closes, dataset } = await history.allCloses(all, prices, signal);
  const columns = others.map((symbol) => all.indexOf(symbol));
  const rows = [...dates.keys()].filter((t) =>
    columns.every((j) => !Number.isNaN(closes.values[t * closes.cols + j] ?? Number.NaN)),
  );
  if (rows.length < DAYS_MIN) {
    throw new AppError(
      "failed-precondition",
      "HISTORY_TOO_SHORT",
      `There are ${rows.length} days of prices; a backtest needs at least ${DAYS_MIN}.`,
      { metadata: { dayCount: String(rows.length) } },
    );
  }
  const kept = {
    dates: rows.map((t) => dates[t] ?? ""),
    closes: fillShortGaps(rowsOf(closes, rows)),
  };
  const contentHash = Buffer.from(contentDigest({ all, ...kept })).toString("hex");
  return { symbols: all, ...kept, dataset, contentHash, dropped: [] };
}

function rowsOf({ cols, values }: Matrix, rows: readonly number[]): Matrix {
  const taken = new Float64Array(rows.length * cols);
  for (const [k, row] of rows.entries()) {
    taken.set(values.subarray(row * cols, (row + 1) * cols), k * cols);
  }
  return { rows: rows.length, cols, values: taken };
}

/** Lets violations of a read point into the specification. */
function inSpec(
  error: unknown,
  all: readonly string[],
  { symbols, benchmark, factorSymbols }: BacktestProblem,
): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const fieldOf = (symbol: string, field: string) => {
    const position = (benchmark ?? []).findIndex((one) => one.symbol === symbol);
    const factor = factorSymbols.indexOf(symbol);
    const own =
      position < 0 ? `spec.factor_symbols[${factor}]` : `spec.benchmark[${position}].symbol`;
    return symbols.includes(symbol) || (position < 0 && factor < 0) ? `spec.${field}` : own;
  };
  const violations = error.violations.map(({ field, description }) => {
    const symbol = all[Number(/^symbols\[(\d+)\]$/.exec(field)?.[1] ?? -1)];
    return { field: symbol === undefined ? `spec.${field}` : fieldOf(symbol, field), description };
  });
  const { kind, reason, message, metadata } = error;
  return new AppError(kind, reason, message, { violations, metadata, cause: error });
}
