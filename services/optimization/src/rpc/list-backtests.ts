import type { MethodImpl } from "@connectrpc/connect";
import type { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { listBacktests } from "../app/list-backtests.ts";
import { writeBacktest } from "./convert/write-backtest.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListBacktests = MethodImpl<typeof BacktestService.method.listBacktests>;

const PAGE_SIZE_DEFAULT = 20;

/** Serves `BacktestService.ListBacktests`. */
export function listBacktestsHandler(deps: RouteDeps): ListBacktests {
  return async ({ pageSize, pageToken }) => {
    const size = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
    const { backtests, nextPageToken } = await listBacktests(deps, size, pageToken);
    return { backtests: backtests.map(writeBacktest), nextPageToken };
  };
}
