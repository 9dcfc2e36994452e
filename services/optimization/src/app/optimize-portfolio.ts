import { historyNotices } from "../domain/history.ts";
import { isPriceFree, isRule } from "../domain/methods.ts";
import type { Notice } from "../domain/notice.ts";
import type { DiscreteSearch, OptimizationProblem } from "../domain/portfolio-problem.ts";
import type { PortfolioFigures } from "../domain/solve-task.ts";
import type { PriceHistory, PricePanel, Solver } from "../ports.ts";
import {
  covarianceVersion,
  FRONTIER_VERSION,
  type Provenance,
  provenance,
  returnsVersion,
  SEARCH_VERSION,
} from "./provenance.ts";
import { readPanel } from "./read-panel.ts";
import { solveError } from "./solve-error.ts";

/** What the use cases of this service work with. */
export interface SolveDeps {
  readonly prices: PriceHistory;
  readonly solver: Solver;
}

/** How long a call may take. */
export interface CallTime {
  readonly signal: AbortSignal;
  /** Time until the caller's deadline, if there is one. */
  readonly leftMs: number | undefined;
}

/** The chosen weights, and how they came about. */
export interface OptimizationReport {
  readonly portfolio: PortfolioFigures;
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
  { signal, leftMs }: CallTime,
): Promise<OptimizationReport> {
  const { symbols, expectedReturns, covariance, objective, riskFreeRatePerYear } = problem;
  const { limits, paths } = problem.constraints;
  const panel = isPriceFree(expectedReturns, covariance)
    ? undefined
    : await readPanel(prices, problem, signal);
  const outcome = await solver.optimize(
    {
      symbols,
      closes: panel?.closes,
      expectedReturns,
      covariance,
      limits,
      riskFreeRatePerYear,
      objective,
      discreteness: problem.discreteness && inTime(problem.discreteness, leftMs),
    },
    signal,
  );
  if (outcome.status !== "solved") {
    throw solveError(outcome, paths);
  }
  return {
    portfolio: outcome.portfolio,
    panel,
    provenance: provenance({ ...problem, constraints: limits }, panel, versions(problem)),
    notices: [...(panel ? historyNotices(panel) : []), ...outcome.notices],
  };
}

// Of the time that is left for the call, what a search may take; the rest is for the way back.
const SHARE_OF_DEADLINE = 0.8;

function inTime(search: DiscreteSearch, leftMs: number | undefined): DiscreteSearch {
  const left = SHARE_OF_DEADLINE * (leftMs ?? Number.POSITIVE_INFINITY);
  return { ...search, timeLimitMs: Math.min(search.timeLimitMs, left) };
}

function versions({ expectedReturns, covariance, objective, discreteness }: OptimizationProblem) {
  const algorithm =
    discreteness === undefined ? { frontier: FRONTIER_VERSION } : { search: SEARCH_VERSION };
  const choice = `${objective.kind}/1`;
  return {
    expected_returns: returnsVersion(expectedReturns),
    covariance: covarianceVersion(covariance),
    ...(isRule(objective) ? { rule: choice } : { ...algorithm, objective: choice }),
  };
}
