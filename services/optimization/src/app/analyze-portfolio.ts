import { AppError } from "@portfolio/platform/app-error";
import type { PricePanel } from "@portfolio/platform/prices/price-history";
import type { Performance } from "../domain/analysis-task.ts";
import { historyNotices } from "../domain/history.ts";
import type { Notice } from "../domain/notice.ts";
import type { AnalysisProblem } from "../domain/portfolio-problem.ts";
import type { SolveDeps } from "./optimize-portfolio.ts";
import { positionFields } from "./position-fields.ts";
import { covarianceVersion, type Provenance, provenance } from "./provenance.ts";
import { readEstimationPrices } from "./read-estimation-prices.ts";

/** What a portfolio did in the past, and how that was found. */
export interface AnalysisReport {
  readonly performance: Performance;
  readonly panel: PricePanel;
  readonly provenance: Provenance;
}

/**
 * Measures a portfolio of constant weights on past prices.
 *
 * @throws {AppError} Those of `readEstimationPrices` and `Solver`.
 */
export async function analyzePortfolio(
  { prices, solver }: SolveDeps,
  problem: AnalysisProblem,
  signal: AbortSignal,
): Promise<AnalysisReport> {
  const symbols = problem.positions.map(({ symbol }) => symbol);
  const { panel, covariance, factorCloses } = await positionFields(() =>
    readEstimationPrices(prices, { ...problem, symbols }, signal),
  );
  const outcome = await solver.analyze(
    {
      weights: Float64Array.from(problem.positions, ({ weight }) => weight),
      closes: panel.closes,
      covariance,
      riskFreeRatePerYear: problem.riskFreeRatePerYear,
      includeGrowth: problem.includeGrowth,
      includeHigherMoments: problem.includeHigherMoments,
      factors: factorCloses && { symbols: problem.factorSymbols, closes: factorCloses },
      measures: problem.measures,
    },
    signal,
  );
  if (outcome.status === "refused") {
    throw new AppError("invalid-argument", "REQUEST_INVALID", outcome.message);
  }
  const notices = [
    ...historyNotices(panel),
    ...outcome.notices,
    ...ruinNotices(panel, outcome.ruinIndex),
  ];
  return {
    performance: { ...outcome, notices },
    panel,
    provenance: provenance(problem, panel, {
      performance: "daily-rebalancing/1",
      covariance: covarianceVersion(problem.covariance),
      ...(factorCloses && { factors: "time-series-regression/1" }),
    }),
  };
}

function ruinNotices({ dates }: PricePanel, ruinIndex: number | undefined): Notice[] {
  if (ruinIndex === undefined) {
    return [];
  }
  return [
    {
      reason: "PORTFOLIO_RUINED",
      description:
        `On ${dates[ruinIndex]} the losses exceeded all that the portfolio held. ` +
        "It is worth 0 from that day on.",
    },
  ];
}
