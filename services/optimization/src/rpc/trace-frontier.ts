import type { MethodImpl } from "@connectrpc/connect";
import type { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { traceFrontier } from "../app/trace-frontier.ts";
import { readFrontier } from "./convert/read-problem.ts";
import { writeFrontier } from "./convert/write-reports.ts";
import type { RouteDeps } from "./route-deps.ts";

type TraceFrontier = MethodImpl<typeof OptimizationService.method.traceFrontier>;

/** Serves `OptimizationService.TraceFrontier`. */
export function traceFrontierHandler(deps: RouteDeps): TraceFrontier {
  return async (request, { signal }) => {
    const problem = readFrontier(request);
    return writeFrontier(problem, await traceFrontier(deps, problem, signal));
  };
}
