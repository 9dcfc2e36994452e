import type { MethodImpl } from "@connectrpc/connect";
import type { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { allocateShares } from "../app/allocate-shares.ts";
import { readAllocation } from "./convert/read-positions.ts";
import { writeAllocation } from "./convert/write-reports.ts";
import type { RouteDeps } from "./route-deps.ts";

type AllocateShares = MethodImpl<typeof OptimizationService.method.allocateShares>;

/** Serves `OptimizationService.AllocateShares`. */
export function allocateSharesHandler(deps: RouteDeps): AllocateShares {
  return async (request, { signal }) => {
    const problem = readAllocation(request);
    return writeAllocation(await allocateShares(deps.prices, problem, signal));
  };
}
