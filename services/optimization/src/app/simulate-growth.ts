import { AppError } from "@portfolio/platform/app-error";
import type { PricePanel } from "@portfolio/platform/prices/price-history";
import type { GrowthProblem } from "../domain/stress-problem.ts";
import type { GrowthTaskOutcome } from "../domain/stress-task.ts";
import type { SolveDeps } from "./optimize-portfolio.ts";
import { positionFields } from "./position-fields.ts";
import { type Provenance, provenance } from "./provenance.ts";
import { readPanel } from "./read-panel.ts";

/** What may become of a portfolio, and how that was found. */
export interface GrowthReport {
  readonly simulation: Extract<GrowthTaskOutcome, { status: "solved" }>;
  readonly panel: PricePanel;
  readonly provenance: Provenance;
}

/**
 * Simulates what a portfolio with payments may grow to.
 *
 * @throws {AppError} Those of `readPanel` and `Solver`. `REQUEST_INVALID`: a day of the past would
 *   have cost everything.
 */
export async function simulateGrowth(
  { prices, solver }: SolveDeps,
  problem: GrowthProblem,
  signal: AbortSignal,
): Promise<GrowthReport> {
  const { positions, prices: selection, ...plan } = problem;
  const symbols = positions.map(({ symbol }) => symbol);
  const panel = await positionFields(() =>
    readPanel(prices, { symbols, prices: selection }, signal),
  );
  const weights = Float64Array.from(positions, ({ weight }) => weight);
  const outcome = await solver.simulateGrowth({ weights, closes: panel.closes, plan }, signal);
  if (outcome.status !== "solved") {
    throw growthError(outcome);
  }
  const versions = { growth: `${plan.model.kind}/1` };
  return { simulation: outcome, panel, provenance: provenance(problem, panel, versions) };
}

function growthError(outcome: Exclude<GrowthTaskOutcome, { status: "solved" }>): AppError {
  const message =
    outcome.status === "refused"
      ? outcome.message
      : "On a day of the past these positions lose everything, so that no return can be drawn.";
  return new AppError("invalid-argument", "REQUEST_INVALID", message, {
    violations: outcome.status === "refused" ? [] : [{ field: "positions", description: message }],
  });
}
