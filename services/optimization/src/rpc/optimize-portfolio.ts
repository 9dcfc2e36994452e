import type { MethodImpl } from "@connectrpc/connect";
import type { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { optimizePortfolio } from "../app/optimize-portfolio.ts";
import { readOptimization } from "./convert/read-problem.ts";
import { writeOptimization } from "./convert/write-reports.ts";
import type { RouteDeps } from "./route-deps.ts";

type OptimizePortfolio = MethodImpl<typeof OptimizationService.method.optimizePortfolio>;

/** Serves `OptimizationService.OptimizePortfolio`. */
export function optimizePortfolioHandler(deps: RouteDeps): OptimizePortfolio {
  return async (request, { signal, timeoutMs }) => {
    const problem = readOptimization(request);
    return writeOptimization(
      problem,
      await optimizePortfolio(deps, problem, { signal, leftMs: timeoutMs() }),
    );
  };
}
