import type { MethodImpl } from "@connectrpc/connect";
import type { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { rebalanceShares } from "../app/rebalance-shares.ts";
import { readRebalance } from "./convert/read-rebalance.ts";
import { writeRebalance } from "./convert/write-rebalance.ts";
import type { RouteDeps } from "./route-deps.ts";

type RebalanceShares = MethodImpl<typeof OptimizationService.method.rebalanceShares>;

/** Serves `OptimizationService.RebalanceShares`. */
export function rebalanceSharesHandler(deps: RouteDeps): RebalanceShares {
  return async (request, { signal }) => {
    const problem = readRebalance(request);
    return writeRebalance(problem, await rebalanceShares(deps, problem, signal));
  };
}
