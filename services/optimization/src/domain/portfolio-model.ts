import { type PortfolioModel, simpleReturns } from "@portfolio/quant";
import type { Estimates } from "./estimates.ts";
import type { OptimizationTask } from "./solve-task.ts";

/** Gathers what a task and its estimates say into the model that is optimized. */
export function portfolioModel(
  task: OptimizationTask,
  { expectedReturns, covariance }: Pick<Estimates, "expectedReturns" | "covariance">,
): PortfolioModel {
  const { closes, portfolioLimits, customTerms } = task;
  return {
    names: task.symbols,
    expectedReturns,
    covariance,
    scenarios: closes && { returns: simpleReturns(closes) },
    riskFreeRate: task.riskFreeRatePerYear,
    constraints: task.limits,
    ...portfolioLimits,
    ...(customTerms && { customTerms }),
  };
}
