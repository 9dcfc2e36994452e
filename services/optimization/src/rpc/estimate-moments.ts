import type { MethodImpl } from "@connectrpc/connect";
import type { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { estimateMoments } from "../app/estimate-moments.ts";
import { readEstimation } from "./convert/read-problem.ts";
import { writeMoments } from "./convert/write-moments.ts";
import type { RouteDeps } from "./route-deps.ts";

type EstimateMoments = MethodImpl<typeof OptimizationService.method.estimateMoments>;

/** Serves `OptimizationService.EstimateMoments`. */
export function estimateMomentsHandler(deps: RouteDeps): EstimateMoments {
  return async (request, { signal }) => {
    const problem = readEstimation(request);
    return writeMoments(problem, await estimateMoments(deps, problem, signal));
  };
}
