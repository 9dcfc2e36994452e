import type { MethodImpl } from "@connectrpc/connect";
import type { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { startBacktest } from "../app/start-backtest.ts";
import { readBacktestDraft } from "./convert/read-backtest.ts";
import { writeBacktest } from "./convert/write-backtest.ts";
import type { RouteDeps } from "./route-deps.ts";

type StartBacktest = MethodImpl<typeof BacktestService.method.startBacktest>;

/** Serves `BacktestService.StartBacktest`. */
export function startBacktestHandler(deps: RouteDeps): StartBacktest {
  return async (request, { signal }) => {
    const started = await startBacktest(deps, readBacktestDraft(request), signal);
    return { backtest: writeBacktest(started) };
  };
}
