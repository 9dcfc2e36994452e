import { historyNotices } from "../domain/history.ts";
import { isPriceFree, isRule } from "../domain/methods.ts";
import type { Notice } from "../domain/notice.ts";
import type { OptimizationProblem } from "../domain/portfolio-problem.ts";
import type { PortfolioFigures } from "../domain/solve-task.ts";
import type { ViewsEffect } from "../domain/views-method.ts";
import type { PriceHistory, PricePanel, Solver } from "../ports.ts";
import {
  covarianceVersion,
  FRONTIER_VERSION,
  type Provenance,
  provenance,
  returnsVersion,
  viewsVersions,
} from "./provenance.ts";
import { readPanel } from "./read-panel.ts";
import { solveError } from "./solve-error.ts";

/** What the use cases of this service work with. */
export interface SolveDeps {
  readonly prices: PriceHistory;
  readonly solver: Solver;
}

/** The chosen weights, and how they came about. */
export interface OptimizationReport {
  readonly portfolio: PortfolioFigures;
  readonly views: ViewsEffect | undefined;
  /** Prices that the estimates rest on, if any were read. */
  readonly panel: PricePanel | undefined;
  readonly provenance: Provenance;
  readonly notices: readonly Notice[];
}

/**
 * Chooses the weights that are best for an objective.
 *
 * @throws {AppError} Those of `readPanel` and `Solver`, and every `SolveFailure`.
 */
export async function optimizePortfolio(
  { prices, solver }: SolveDeps,
  problem: OptimizationProblem,
  signal: AbortSignal,
): Promise<OptimizationReport> {
  const { symbols, expectedReturns, covariance, objective, riskFreeRatePerYear } = problem;
  const { limits, paths } = problem.constraints;
  const panel = isPriceFree(problem) ? undefined : await readPanel(prices, problem, signal);
  const outcome = await solver.optimize(
    {
      symbols,
      closes: panel?.closes,
      expectedReturns,
      covariance,
      views: problem.views,
      scenarios: problem.scenarios,
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
    views: outcome.views,
    panel,
    provenance: provenance({ ...problem, constraints: limits }, panel, versions(problem)),
    notices: [...(panel ? historyNotices(panel) : []), ...outcome.notices],
  };
}

function versions(problem: OptimizationProblem) {
  const { expectedReturns, covariance, objective } = problem;
  const choice = `${objective.kind}/1`;
  return {
    expected_returns: returnsVersion(expectedReturns),
    covariance: covarianceVersion(covariance),
    ...viewsVersions(problem),
    ...(isRule(objective) ? { rule: choice } : { frontier: FRONTIER_VERSION, objective: choice }),
  };
}
