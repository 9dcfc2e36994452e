import { AppError } from "@portfolio/platform/app-error";
import type { ShareRebalance } from "@portfolio/quant";
import type { RebalanceProblem } from "../domain/portfolio-problem.ts";
import type { SolveDeps } from "./optimize-portfolio.ts";
import { readSharePrices, type SharePrices } from "./share-prices.ts";

/** Trades, what they lead to, and at which prices. */
export interface RebalanceReport extends SharePrices {
  readonly rebalance: ShareRebalance;
}

/**
 * Finds the trades that bring holdings as near as whole lots can to target weights.
 *
 * @throws {AppError} Those of `readSharePrices` and `Solver`. `NOTHING_TO_ALLOCATE`: holdings and
 *   cash are worth nothing.
 */
export async function rebalanceShares(
  { prices: history, solver }: SolveDeps,
  problem: RebalanceProblem,
  signal: AbortSignal,
): Promise<RebalanceReport> {
  const found = await readSharePrices(history, problem, signal);
  assertWorth(problem, found.prices);
  const { holdings, lotSizes, costRate, tax } = problem;
  const outcome = await solver.rebalance(
    {
      weights: Float64Array.from(problem.positions, ({ weight }) => weight),
      prices: found.prices,
      cash: problem.cashAmount,
      holdings,
      lotSizes,
      costRates: new Float64Array(holdings.length).fill(costRate),
      leastTrade: problem.tradeMinAmount,
      ...(tax && { tax }),
      error: problem.error,
    },
    signal,
  );
  switch (outcome.status) {
    case "refused":
      throw new AppError("invalid-argument", "REQUEST_INVALID", outcome.message);
    case "infeasible":
      throw new AppError(
        "failed-precondition",
        "REBALANCE_INFEASIBLE",
        "Costs and taxes cannot be paid from cash and sales, whatever is traded. Add cash.",
        { violations: [{ field: "cash_amount", description: "does not pay for any trade" }] },
      );
    default:
      return { ...found, rebalance: outcome };
  }
}

function assertWorth({ holdings, cashAmount }: RebalanceProblem, prices: Float64Array): void {
  const worth = holdings.reduce((sum, count, i) => sum + count * (prices[i] ?? 0), cashAmount);
  if (!(worth > 0)) {
    const message = `holdings and cash are worth ${worth}: there is nothing to allocate`;
    throw new AppError("invalid-argument", "NOTHING_TO_ALLOCATE", message, {
      violations: [{ field: "cash_amount", description: message }],
    });
  }
}
