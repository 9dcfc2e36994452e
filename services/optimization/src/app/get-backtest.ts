import { AppError } from "@portfolio/platform/app-error";
import { isUuid } from "../domain/uuid.ts";
import type { BacktestStore, StoredBacktest } from "../ports.ts";
import type { BacktestDeps, BacktestWithJob } from "./start-backtest.ts";

type FindDeps = Pick<BacktestDeps, "backtests" | "jobs">;

/** A backtest, its job, and what came of it. */
export interface FoundBacktest extends BacktestWithJob {
  /** Encoded. Missing until the job has succeeded. */
  readonly result: Uint8Array | undefined;
  /** What the job saved last, encoded. Missing with a result, and before the job has begun. */
  readonly checkpoint: Uint8Array | undefined;
}

/**
 * Gets a backtest.
 *
 * @throws {AppError} `BACKTEST_UNKNOWN`.
 */
export async function getBacktest(deps: FindDeps, id: string): Promise<FoundBacktest> {
  const backtest = await storedBacktest(deps.backtests, id);
  // The job first: whoever sees it succeeded sees the result.
  const found = await withJob(deps, backtest);
  const result = await deps.backtests.findResult(id);
  const isOpen = result === undefined && found.job !== undefined;
  const checkpoint = isOpen ? await deps.jobs.findCheckpoint(found.job.id) : undefined;
  return { ...found, result, checkpoint };
}

/** Gets a backtest as it is stored. @throws {AppError} `BACKTEST_UNKNOWN`. */
export async function storedBacktest(
  backtests: BacktestStore,
  id: string,
): Promise<StoredBacktest> {
  const backtest = isUuid(id) ? await backtests.find(id) : undefined;
  if (backtest === undefined) {
    throw new AppError("not-found", "BACKTEST_UNKNOWN", "There is no such backtest.", {
      metadata: { id },
    });
  }
  return backtest;
}

/** Finds the job of a backtest. */
export async function withJob(
  { jobs }: FindDeps,
  backtest: StoredBacktest,
): Promise<BacktestWithJob> {
  const { jobId } = backtest;
  return { backtest, job: jobId === undefined ? undefined : await jobs.find(jobId) };
}
