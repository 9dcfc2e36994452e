import type { MethodImpl } from "@connectrpc/connect";
import type { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { getBacktest } from "../app/get-backtest.ts";
import { decodeResult, writeBacktest } from "./convert/write-backtest.ts";
import { writePartial } from "./convert/write-partial.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetBacktest = MethodImpl<typeof BacktestService.method.getBacktest>;

/** Serves `BacktestService.GetBacktest`. */
export function getBacktestHandler(deps: RouteDeps): GetBacktest {
  return async ({ id }) => {
    const found = await getBacktest(deps, id);
    const { result } = found;
    const partial = writePartial(found);
    return {
      backtest: writeBacktest(found),
      ...(result && { result: decodeResult(result) }),
      ...(partial && { partial }),
    };
  };
}
