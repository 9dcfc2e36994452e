import type { BacktestWork } from "./adapters/backtest-kind.ts";
import { storedBacktest } from "./app/get-backtest.ts";
import { prepareBacktest } from "./app/prepare-backtest.ts";
import type { BacktestDeps } from "./app/start-backtest.ts";
import { decodeBacktest, encodeResult } from "./rpc/convert/write-backtest.ts";

/** Joins what a worker does for backtests: the contract that they are stored in, and prices. */
export function backtestWork({
  prices,
  backtests,
}: Pick<BacktestDeps, "prices" | "backtests">): BacktestWork {
  return {
    prepare: async (id, signal) => {
      const { spec } = await storedBacktest(backtests, id);
      return prepareBacktest(prices, decodeBacktest(spec), signal);
    },
    encode: encodeResult,
  };
}
