import type { MethodImpl } from "@connectrpc/connect";
import type { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { analyzePortfolio } from "../app/analyze-portfolio.ts";
import { readAnalysis } from "./convert/read-positions.ts";
import { writeAnalysis } from "./convert/write-reports.ts";
import type { RouteDeps } from "./route-deps.ts";

type AnalyzePortfolio = MethodImpl<typeof OptimizationService.method.analyzePortfolio>;

/** Serves `OptimizationService.AnalyzePortfolio`. */
export function analyzePortfolioHandler(deps: RouteDeps): AnalyzePortfolio {
  return async (request, { signal }) => {
    const problem = readAnalysis(request);
    return writeAnalysis(problem, await analyzePortfolio(deps, problem, signal));
  };
}
