import { isUuid } from "../domain/uuid.ts";
import type { BacktestDeps } from "./start-backtest.ts";

/** Deletes a backtest and cancels its job, if it is there. */
export async function deleteBacktest(
  { backtests, jobs }: Pick<BacktestDeps, "backtests" | "jobs">,
  id: string,
): Promise<void> {
  const backtest = isUuid(id) ? await backtests.find(id) : undefined;
  if (backtest === undefined) {
    return;
  }
  if (backtest.jobId !== undefined) {
    await jobs.cancel(backtest.jobId);
  }
  await backtests.delete(id);
}
