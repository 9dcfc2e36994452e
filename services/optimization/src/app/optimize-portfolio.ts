import { historyNotices } from "../domain/history.ts";
import { isPriceFree, isRule } from "../domain/methods.ts";
import type { Notice } from "../domain/notice.ts";
import type { OptimizationProblem } from "../domain/portfolio-problem.ts";
import type { EstimateQuality, PortfolioFigures } from "../domain/solve-task.ts";
import type { PriceHistory, PricePanel, Solver } from "../ports.ts";
import {
  covarianceVersion,
  FRONTIER_VERSION,
  type Provenance,
  provenance,
  returnsVersion,
} from "./provenance.ts";
import { readEstimationPrices } from "./read-estimation-prices.ts";
import { solveError } from "./solve-error.ts";

/** What the use cases of this service work with. */
export interface SolveDeps {
  readonly prices: PriceHistory;
  readonly solver: Solver;
}

/** The chosen weights, and how they came about. */
export interface OptimizationReport {
  readonly portfolio: PortfolioFigures;
  readonly quality: EstimateQuality;
  /** Prices that the estimates rest on, if any were read. */
  readonly panel: PricePanel | undefined;
  readonly provenance: Provenance;
  readonly notices: readonly Notice[];
}

/**
 * Chooses the weights that are best for an objective.
 *
 * @throws {AppError} Those of `readEstimationPrices` and `Solver`, and every `SolveFailure`.
 */
export async function optimizePortfolio(
  { prices, solver }: SolveDeps,
  problem: OptimizationProblem,
  signal: AbortSignal,
): Promise<OptimizationReport> {
  const { symbols, expectedReturns, covariance, objective, riskFreeRatePerYear } = problem;
  const { limits, paths } = problem.constraints;
  const read = isPriceFree(expectedReturns, covariance)
    ? undefined
    : await readEstimationPrices(prices, problem, signal);
  const panel = read?.panel;
  const outcome = await solver.optimize(
    {
      symbols,
      closes: panel?.closes,
      expectedReturns,
      covariance: read?.covariance ?? covariance,
      limits,
      riskFreeRatePerYear,
      objective,
    },
    signal,
  );
  if (outcome.status !== "solved") {
    throw solveError(outcome, paths);
  }
  return {
    portfolio: outcome.portfolio,
    quality: outcome.quality,
    panel,
    provenance: provenance({ ...problem, constraints: limits }, panel, versions(problem)),
    notices: [...(panel ? historyNotices(panel) : []), ...outcome.notices],
  };
}

function versions({ expectedReturns, covariance, objective }: OptimizationProblem) {
  const choice = `${objective.kind}/1`;
  return {
    expected_returns: returnsVersion(expectedReturns),
    covariance: covarianceVersion(covariance),
    ...(isRule(objective) ? { rule: choice } : { frontier: FRONTIER_VERSION, objective: choice }),
  };
}
