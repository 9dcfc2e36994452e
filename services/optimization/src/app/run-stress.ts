import { AppError } from "@portfolio/platform/app-error";
import type { NamedShock, StressProblem } from "../domain/stress-problem.ts";
import type { FactorShockTask, StressFigures, StressTaskOutcome } from "../domain/stress-task.ts";
import type { PriceHistory, PricePanel } from "../ports.ts";
import { columnsOf } from "./columns-of.ts";
import type { SolveDeps } from "./optimize-portfolio.ts";
import { positionFields } from "./position-fields.ts";
import { type Provenance, provenance } from "./provenance.ts";
import { readPanel } from "./read-panel.ts";

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
 * @throws {AppError} Those of `readPanel` and `Solver`. `FACTORS_COLLINEAR`,
 *   `SHOCKS_CONTRADICTORY`.
 */
export async function runStress(
  { prices, solver }: SolveDeps,
  problem: StressProblem,
  signal: AbortSignal,
): Promise<StressReport> {
  const symbols = problem.positions.map(({ symbol }) => symbol);
  const everyDay = { ...problem.prices, startDate: "", endDate: "" };
  const panel = await positionFields(() =>
    readPanel(prices, { symbols, prices: everyDay }, signal),
  );
  const { factorShocks, conditionalShocks, windows } = problem;
  // One revision for all: a newer one may come between two reads.
  const selection = { ...problem.prices, dataset: panel.dataset };
  const hasShocks = factorShocks.length + conditionalShocks.length > 0;
  const estimation = hasShocks
    ? await readPanel(prices, { symbols, prices: selection }, signal)
    : undefined;
  const outcome = await solver.stress(
    {
      weights: Float64Array.from(problem.positions, ({ weight }) => weight),
      symbols,
      dates: panel.dates,
      closes: panel.closes,
      windows,
      estimationCloses: estimation?.closes,
      factorShocks: await Promise.all(
        factorShocks.map((shock, k) =>
          withFactors(prices, { symbols, prices: selection }, { shock, k }, signal),
        ),
      ),
      conditionalShocks,
    },
    signal,
  );
  if (outcome.status !== "solved") {
    throw stressError(outcome);
  }
  return {
    ...outcome,
    symbols,
    panel: estimation,
    provenance: provenance(stated(problem), panel, { stress: "stress/1" }),
  };
}

/** Writes a problem as plain data without maps, for a hash. */
function stated({ factorShocks, conditionalShocks, ...problem }: StressProblem) {
  const listed = <Shock extends NamedShock>(shocks: readonly Shock[]) =>
    shocks.map((shock) => ({ ...shock, returns: [...shock.returns].sort() }));
  return {
    ...problem,
    factorShocks: listed(factorShocks),
    conditionalShocks: listed(conditionalShocks),
  };
}

async function withFactors(
  history: PriceHistory,
  request: { readonly symbols: readonly string[]; readonly prices: StressProblem["prices"] },
  { shock, k }: { readonly shock: NamedShock; readonly k: number },
  signal: AbortSignal,
): Promise<FactorShockTask> {
  const { symbols, prices } = request;
  const factorSymbols = [...shock.returns.keys()];
  const all = [...new Set([...symbols, ...factorSymbols])];
  const panel = await readPanel(history, { symbols: all, prices }, signal).catch(
    (error: unknown) => {
      throw namingFactors(error, all, k);
    },
  );
  const columns = factorSymbols.map((symbol) => all.indexOf(symbol));
  return {
    name: shock.name,
    factorSymbols,
    shocks: Float64Array.from(shock.returns.values()),
    closes: columnsOf(
      panel.closes,
      symbols.map((_, j) => j),
    ),
    factorCloses: columnsOf(panel.closes, columns),
  };
}

function namingFactors(error: unknown, all: readonly string[], k: number): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const violations = error.violations.map(({ field, description }) => {
    const symbol = all[Number(/^symbols\[(\d+)\]$/.exec(field)?.[1] ?? -1)];
    const path = `factor_shocks[${k}].returns[${JSON.stringify(symbol)}]`;
    return { field: symbol === undefined ? field : path, description };
  });
  const { kind, reason, message, metadata } = error;
  return new AppError(kind, reason, message, { violations, metadata, cause: error });
}

function stressError(outcome: Exclude<StressTaskOutcome, { status: "solved" }>): AppError {
  switch (outcome.status) {
    case "refused":
      return new AppError("invalid-argument", "REQUEST_INVALID", outcome.message);
    case "factors-collinear": {
      const description = "some combination of these factors has the same return every day";
      return new AppError(
        "failed-precondition",
        "FACTORS_COLLINEAR",
        "The betas to these factors cannot be told apart. Leave one of them out.",
        { violations: [{ field: `factor_shocks[${outcome.index}].returns`, description }] },
      );
    }
    case "shocks-contradictory": {
      const description = "the past knows no such difference between these returns";
      return new AppError(
        "failed-precondition",
        "SHOCKS_CONTRADICTORY",
        "These returns cannot occur together. Shock fewer positions, or give equal ones equal returns.",
        { violations: [{ field: `conditional_shocks[${outcome.index}].returns`, description }] },
      );
    }
  }
}
