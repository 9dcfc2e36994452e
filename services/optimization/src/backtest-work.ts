import type { BacktestWork } from "./adapters/backtest-kind.ts";
import { storedBacktest } from "./app/get-backtest.ts";
import { prepareBacktest } from "./app/prepare-backtest.ts";
import type { BacktestDeps } from "./app/start-backtest.ts";
import { decodeBacktest, encodeResult } from "./rpc/convert/write-backtest.ts";

/** Joins what a worker does for backtests: the contract that they are stored in, prices and forecasts. */
export function backtestWork({
  prices,
  forecasts,
  backtests,
}: Pick<BacktestDeps, "prices" | "forecasts" | "backtests">): BacktestWork {
  return {
    prepare: async (id, signal) => {
      const { spec } = await storedBacktest(backtests, id);
      return prepareBacktest({ prices, forecasts }, decodeBacktest(spec), signal);
    },
    encode: encodeResult,
  };
}
