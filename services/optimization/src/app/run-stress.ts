import { AppError } from "@portfolio/platform/app-error";
import type { PricePanel } from "@portfolio/platform/prices/price-history";
import { countText } from "../domain/number-text.ts";
import type { NamedShock, StressProblem } from "../domain/stress-problem.ts";
import type { StressFigures, StressTaskOutcome } from "../domain/stress-task.ts";
import type { SolveDeps } from "./optimize-portfolio.ts";
import { positionFields } from "./position-fields.ts";
import { type Provenance, provenance } from "./provenance.ts";
import { readPanel } from "./read-panel.ts";
import {
  readConditionalScenario,
  readFactorShock,
  readWindowPrices,
} from "./read-stress-prices.ts";

/** What a portfolio would gain or lose, and how that was found. */
export interface StressReport extends StressFigures {
  readonly symbols: readonly string[];
  /** Prices that betas and covariances rest on. Missing without a shock. */
  readonly panel: PricePanel | undefined;
  readonly provenance: Provenance;
}

/**
 * Moves a portfolio through windows of the past and through shocks.
 *
 * @throws {AppError} Those of `readPanel`, `readWindowPrices` and `Solver`. `FACTORS_COLLINEAR`,
 *   `SHOCKS_CONTRADICTORY`, `HISTORY_TOO_SHORT`.
 */
export async function runStress(
  { prices, solver }: SolveDeps,
  problem: StressProblem,
  signal: AbortSignal,
): Promise<StressReport> {
  const symbols = problem.positions.map(({ symbol }) => symbol);
  const { startDate, endDate } = problem.prices;
  const everyDay = { ...problem.prices, startDate: "", endDate: "" };
  const panel = await positionFields(() =>
    readPanel(prices, { symbols, prices: everyDay }, signal),
  );
  const { factorShocks, conditionalShocks, conditionalScenarios, windows } = problem;
  // One revision for all: a newer one may come between two reads.
  const request = { symbols, prices: { ...problem.prices, dataset: panel.dataset } };
  const hasShocks =
    factorShocks.length + conditionalShocks.length + conditionalScenarios.length > 0;
  const estimation = hasShocks ? await readPanel(prices, request, signal) : undefined;
  const outcome = await solver.stress(
    {
      weights: Float64Array.from(problem.positions, ({ weight }) => weight),
      symbols,
      ...(await readWindowPrices(prices, panel, problem.proxies, signal)),
      period: { startDate, endDate },
      windows,
      estimationCloses: estimation?.closes,
      factorShocks: await Promise.all(
        factorShocks.map((shock, k) => readFactorShock(prices, request, { shock, k }, signal)),
      ),
      conditionalShocks,
      conditionalScenarios: await Promise.all(
        conditionalScenarios.map((scenario, k) =>
          readConditionalScenario(prices, request, { scenario, k }, signal),
        ),
      ),
    },
    signal,
  );
  if (outcome.status !== "solved") {
    throw stressError(outcome, problem);
  }
  return {
    ...outcome,
    symbols,
    panel: estimation,
    provenance: provenance(stated(problem), panel, { stress: "stress/1" }),
  };
}

/** Writes a problem as plain data without maps, for a hash. */
function stated({ factorShocks, conditionalShocks, proxies, ...problem }: StressProblem) {
  const listed = <Shock extends NamedShock>(shocks: readonly Shock[]) =>
    shocks.map((shock) => ({ ...shock, returns: [...shock.returns].sort() }));
  return {
    ...problem,
    factorShocks: listed(factorShocks),
    conditionalShocks: listed(conditionalShocks),
    proxies: [...proxies].map(([held, { symbol, beta }]) => ({ held, symbol, beta })),
  };
}

function stressError(
  outcome: Exclude<StressTaskOutcome, { status: "solved" }>,
  problem: StressProblem,
): AppError {
  switch (outcome.status) {
    case "refused":
      return new AppError("invalid-argument", "REQUEST_INVALID", outcome.message);
    case "factors-collinear":
      return failed(
        "FACTORS_COLLINEAR",
        "The betas to these factors cannot be told apart. Leave one of them out.",
        `factor_shocks[${outcome.index}].returns`,
        "some combination of these factors has the same return every day",
      );
    case "proxy-constant": {
      const held = problem.positions[outcome.index]?.symbol ?? "";
      return failed(
        "FACTORS_COLLINEAR",
        "A proxy that never moves has no beta. Choose another, or give the beta.",
        problem.proxies.get(held)?.field ?? "proxies",
        "has the same return every day",
      );
    }
    case "returns-too-few":
      return failed(
        "HISTORY_TOO_SHORT",
        `There are ${countText(outcome.count, "return")} over this horizon; a scenario needs ` +
          `${outcome.countMin}. Choose a shorter horizon, or a longer period.`,
        `conditional_scenarios[${outcome.index}].horizon_days`,
        "is too long for the prices",
      );
    case "shocks-contradictory":
      return failed(
        "SHOCKS_CONTRADICTORY",
        "These returns cannot occur together. Shock fewer positions, or give equal ones equal returns.",
        `conditional_shocks[${outcome.index}].returns`,
        "the past knows no such difference between these returns",
      );
  }
}

function failed(reason: string, message: string, field: string, description: string): AppError {
  return new AppError("failed-precondition", reason, message, {
    violations: [{ field, description }],
  });
}
