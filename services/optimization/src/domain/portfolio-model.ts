import type { PortfolioModel } from "@portfolio/quant";
import type { OptimizationTask } from "./solve-task.ts";
import type { WorstEstimates } from "./worst-case.ts";

/** What of a task is part of the model. */
type ModelTask = Pick<
  OptimizationTask,
  "symbols" | "riskFreeRatePerYear" | "limits" | "portfolioLimits"
> & { readonly customTerms?: OptimizationTask["customTerms"] };

/** Gathers what a task and its estimates say into the model that is optimized. */
export function portfolioModel(
  task: ModelTask,
  estimates: WorstEstimates & Pick<PortfolioModel, "scenarios">,
): PortfolioModel {
  const { portfolioLimits, customTerms } = task;
  return {
    expectedReturns: estimates.expectedReturns,
    covariance: estimates.covariance,
    scenarios: estimates.scenarios,
    ...(estimates.worstCase && { worstCase: estimates.worstCase }),
    names: task.symbols,
    riskFreeRate: task.riskFreeRatePerYear,
    constraints: task.limits,
    ...portfolioLimits,
    ...(customTerms && { customTerms }),
  };
}
