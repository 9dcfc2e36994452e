import { type PortfolioModel, simpleReturns } from "@portfolio/quant";
import type { OptimizationTask } from "./solve-task.ts";
import type { WorstEstimates } from "./worst-case.ts";

/** Gathers what a task and its estimates say into the model that is optimized. */
export function portfolioModel(task: OptimizationTask, estimates: WorstEstimates): PortfolioModel {
  const { closes, portfolioLimits, customTerms } = task;
  return {
    ...estimates,
    names: task.symbols,
    scenarios: closes && { returns: simpleReturns(closes) },
    riskFreeRate: task.riskFreeRatePerYear,
    constraints: task.limits,
    ...portfolioLimits,
    ...(customTerms && { customTerms }),
  };
}
