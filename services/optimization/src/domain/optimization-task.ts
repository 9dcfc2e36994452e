import type { Matrix } from "@portfolio/quant";
import type { CovarianceMethod } from "./covariance-method.ts";
import type { OptimizationProblem } from "./portfolio-problem.ts";
import type { OptimizationTask } from "./solve-task.ts";
import type { ViewsMethod } from "./views-method.ts";

/** Puts a problem into the form that is handed to a solver, with the prices that it needs. */
export function optimizationTask(
  problem: OptimizationProblem,
  read: {
    /** Missing when no estimate needs them. */
    readonly closes: Matrix | undefined;
    /** The method of the problem with prices of its own, if it needs any. */
    readonly covariance?: CovarianceMethod;
    /** As `covariance`. */
    readonly views?: ViewsMethod | undefined;
  },
): OptimizationTask {
  return {
    symbols: problem.symbols,
    closes: read.closes,
    expectedReturns: problem.expectedReturns,
    covariance: read.covariance ?? problem.covariance,
    views: read.views ?? problem.views,
    scenarios: problem.scenarios,
    limits: problem.constraints.limits,
    riskFreeRatePerYear: problem.riskFreeRatePerYear,
    objective: problem.objective,
    portfolioLimits: problem.portfolioLimits,
    customTerms: problem.customTerms,
    robustness: problem.robustness,
    reportMeasures: problem.reportMeasures,
    discreteness: problem.discreteness,
    network: problem.network,
    horizonDays: problem.horizonDays,
  };
}
