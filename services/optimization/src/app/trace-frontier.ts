import type { PricePanel } from "@portfolio/platform/prices/price-history";
import { historyNotices } from "../domain/history.ts";
import type { FrontierProblem } from "../domain/portfolio-problem.ts";
import { frontierNeedsNoPrices } from "../domain/price-need.ts";
import type { Frontier } from "../domain/solve-task.ts";
import type { SolveDeps } from "./optimize-portfolio.ts";
import { estimationVersions, type Provenance, provenance } from "./provenance.ts";
import { readEstimationPrices } from "./read-estimation-prices.ts";
import { solveError } from "./solve-error.ts";
import { withForecasts } from "./with-forecasts.ts";

/** An efficient frontier, and how it came about. */
export interface FrontierReport {
  readonly frontier: Frontier;
  /** Prices that the estimates rest on, if any were read. */
  readonly panel: PricePanel | undefined;
  readonly provenance: Provenance;
  readonly solveTimeMs: number;
}

/**
 * Traces the whole efficient frontier.
 *
 * @throws {AppError} Those of `withForecasts`, `readEstimationPrices` and `Solver`, and every `SolveFailure`.
 */
export async function traceFrontier(
  { prices, solver, forecasts }: SolveDeps,
  asked: FrontierProblem,
  signal: AbortSignal,
): Promise<FrontierReport> {
  const { problem, uses, notices } = await withForecasts(forecasts, asked, signal);
  const { constraints, prices: selection, ...settings } = problem;
  const read = frontierNeedsNoPrices(problem)
    ? undefined
    : await readEstimationPrices(prices, { ...settings, prices: selection }, signal);
  const panel = read?.panel;
  const task = {
    ...settings,
    closes: panel?.closes,
    covariance: read?.covariance ?? problem.covariance,
    views: read?.views ?? problem.views,
    limits: constraints.limits,
  };
  const outcome = await solver.traceFrontier(task, signal);
  if (outcome.status !== "solved") {
    throw solveError(outcome, { ...constraints.paths, target: "measure" });
  }
  return {
    frontier: {
      ...outcome,
      notices: [...notices, ...(panel ? historyNotices(panel) : []), ...outcome.notices],
    },
    panel,
    solveTimeMs: outcome.solveTimeMs,
    provenance: provenance(
      { ...problem, constraints: constraints.limits },
      panel,
      { ...estimationVersions(problem), frontier: outcome.certificate.algorithm },
      uses,
    ),
  };
}
