import type { PriceHistory, PricePanel } from "@portfolio/platform/prices/price-history";
import { historyNotices } from "../domain/history.ts";
import { isRule } from "../domain/methods.ts";
import { optimizationTask } from "../domain/optimization-task.ts";
import type { DiscreteSearch, OptimizationProblem } from "../domain/portfolio-problem.ts";
import { needsNoPrices } from "../domain/price-need.ts";
import type { SolvedPortfolio } from "../domain/solve-task.ts";
import type { ViewsEffect } from "../domain/views-method.ts";
import type { ForecastSource, Solver } from "../ports.ts";
import { estimationVersions, type Provenance, provenance } from "./provenance.ts";
import { readEstimationPrices } from "./read-estimation-prices.ts";
import { solveError } from "./solve-error.ts";
import { withForecasts } from "./with-forecasts.ts";

/** What the use cases of this service work with. */
export interface SolveDeps {
  readonly prices: PriceHistory;
  readonly solver: Solver;
  readonly forecasts: ForecastSource;
}

/** How long a call may take. */
export interface CallTime {
  readonly signal: AbortSignal;
  /** Time until the caller's deadline, if there is one. */
  readonly leftMs: number | undefined;
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
 * @throws {AppError} Those of `withForecasts`, `readEstimationPrices` and `Solver`, and every `SolveFailure`.
 */
export async function optimizePortfolio(
  { prices, solver, forecasts }: SolveDeps,
  asked: OptimizationProblem,
  { signal, leftMs }: CallTime,
): Promise<OptimizationReport> {
  const { problem, uses, notices } = await withForecasts(forecasts, asked, signal);
  const { limits, paths } = problem.constraints;
  const read = needsNoPrices(problem)
    ? undefined
    : await readEstimationPrices(prices, problem, signal);
  const panel = read?.panel;
  const task = optimizationTask(problem, { ...read, closes: panel?.closes });
  const { discreteness } = task;
  const outcome = await solver.optimize(
    { ...task, discreteness: discreteness && inTime(discreteness, leftMs) },
    signal,
  );
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
      uses,
    ),
    notices: [...notices, ...(panel ? historyNotices(panel) : []), ...outcome.notices],
  };
}

// Of the time that is left for the call, what a search may take; the rest is for the way back.
const SHARE_OF_DEADLINE = 0.8;

function inTime(search: DiscreteSearch, leftMs: number | undefined): DiscreteSearch {
  const left = SHARE_OF_DEADLINE * (leftMs ?? Number.POSITIVE_INFINITY);
  return { ...search, timeLimitMs: Math.min(search.timeLimitMs, left) };
}

function versions(problem: OptimizationProblem, algorithm: string) {
  const { objective } = problem;
  const goal = objective.kind === "goal" ? objective.goal.kind : objective.kind;
  return {
    ...estimationVersions(problem),
    ...(isRule(objective) ? { rule: `${goal}/1` } : { algorithm, objective: `${goal}/1` }),
  };
}
