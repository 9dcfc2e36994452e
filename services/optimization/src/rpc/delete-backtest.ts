import type { MethodImpl } from "@connectrpc/connect";
import type { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { deleteBacktest } from "../app/delete-backtest.ts";
import type { RouteDeps } from "./route-deps.ts";

type DeleteBacktest = MethodImpl<typeof BacktestService.method.deleteBacktest>;

/** Serves `BacktestService.DeleteBacktest`. */
export function deleteBacktestHandler(deps: RouteDeps): DeleteBacktest {
  return async ({ id }) => {
    await deleteBacktest(deps, id);
    return {};
  };
}
