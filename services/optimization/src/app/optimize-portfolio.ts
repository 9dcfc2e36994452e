import { historyNotices } from "../domain/history.ts";
import { isRule } from "../domain/methods.ts";
import { optimizationTask } from "../domain/optimization-task.ts";
import type { OptimizationProblem } from "../domain/portfolio-problem.ts";
import { needsNoPrices } from "../domain/price-need.ts";
import type { SolvedPortfolio } from "../domain/solve-task.ts";
import type { ViewsEffect } from "../domain/views-method.ts";
import type { PriceHistory, PricePanel, Solver } from "../ports.ts";
import {
  covarianceVersion,
  type Provenance,
  provenance,
  returnsVersion,
  viewsVersions,
} from "./provenance.ts";
import { readEstimationPrices } from "./read-estimation-prices.ts";
import { solveError } from "./solve-error.ts";

/** What the use cases of this service work with. */
export interface SolveDeps {
  readonly prices: PriceHistory;
  readonly solver: Solver;
}

/** The chosen weights, and how they came about. */
export interface OptimizationReport extends SolvedPortfolio {
  readonly views: ViewsEffect | undefined;
  /** Prices that the estimates rest on, if any were read. */
  readonly panel: PricePanel | undefined;
  readonly provenance: Provenance;
  readonly solveTimeMs: number;
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
  const { limits, paths } = problem.constraints;
  const read = needsNoPrices(problem)
    ? undefined
    : await readEstimationPrices(prices, problem, signal);
  const panel = read?.panel;
  const { closes } = panel ?? {};
  const outcome = await solver.optimize(optimizationTask(problem, { ...read, closes }), signal);
  if (outcome.status !== "solved") {
    throw solveError(outcome, { ...paths, target: problem.targetField ?? "objective" });
  }
  return {
    ...outcome,
    panel,
    provenance: provenance(
      { ...problem, constraints: limits },
      panel,
      versions(problem, outcome.certificate.algorithm),
    ),
    notices: [...(panel ? historyNotices(panel) : []), ...outcome.notices],
  };
}

function versions(problem: OptimizationProblem, algorithm: string) {
  const { expectedReturns, covariance, objective } = problem;
  const goal = objective.kind === "goal" ? objective.goal.kind : objective.kind;
  return {
    expected_returns: returnsVersion(expectedReturns),
    covariance: covarianceVersion(covariance),
    ...viewsVersions(problem),
    ...(isRule(objective) ? { rule: `${goal}/1` } : { algorithm, objective: `${goal}/1` }),
  };
}
