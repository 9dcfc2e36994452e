import type { PricePanel } from "@portfolio/platform/prices/price-history";
import { historyNotices } from "../domain/history.ts";
import { isPriceFree } from "../domain/methods.ts";
import type { EstimationProblem } from "../domain/portfolio-problem.ts";
import type { Moments } from "../domain/solve-task.ts";
import { estimationError } from "./estimation-error.ts";
import type { SolveDeps } from "./optimize-portfolio.ts";
import { estimationVersions, type Provenance, provenance } from "./provenance.ts";
import { readEstimationPrices } from "./read-estimation-prices.ts";
import { withForecasts } from "./with-forecasts.ts";

/** Estimates, and how they came about. */
export interface MomentsReport extends Moments {
  /** Prices that the estimates rest on, if any were read. */
  readonly panel: PricePanel | undefined;
  readonly provenance: Provenance;
}

/**
 * Estimates expected returns and covariance, and merges the caller's views into them.
 *
 * @throws {AppError} Those of `withForecasts`, `readEstimationPrices` and `Solver`, and every `EstimationFailure`.
 */
export async function estimateMoments(
  { prices, solver, forecasts }: SolveDeps,
  asked: EstimationProblem,
  signal: AbortSignal,
): Promise<MomentsReport> {
  const { problem, uses, notices } = await withForecasts(forecasts, asked, signal);
  const { prices: selection, ...settings } = problem;
  const read = isPriceFree(problem)
    ? undefined
    : await readEstimationPrices(prices, problem, signal);
  const panel = read?.panel;
  const task = {
    ...settings,
    closes: panel?.closes,
    covariance: read?.covariance ?? problem.covariance,
    views: read?.views ?? problem.views,
  };
  const outcome = await solver.estimateMoments(task, signal);
  if (outcome.status !== "solved") {
    throw estimationError(outcome);
  }
  return {
    ...outcome,
    panel,
    provenance: provenance(
      { ...settings, prices: selection },
      panel,
      estimationVersions(problem),
      uses,
    ),
    notices: [...notices, ...(panel ? historyNotices(panel) : []), ...outcome.notices],
  };
}
