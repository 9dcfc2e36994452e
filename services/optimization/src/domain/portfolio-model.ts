import type { PortfolioModel } from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import type { OptimizationTask } from "./solve-task.ts";

/** Gathers what a task and its estimates say into the model that is optimized. */
export function portfolioModel(
  task: OptimizationTask,
  { expectedReturns, covariance, scenarios }: EstimatesWithViews,
): PortfolioModel {
  const { portfolioLimits, customTerms } = task;
  return {
    names: task.symbols,
    expectedReturns,
    covariance,
    scenarios,
    riskFreeRate: task.riskFreeRatePerYear,
    constraints: task.limits,
    ...portfolioLimits,
    ...(customTerms && { customTerms }),
  };
}
