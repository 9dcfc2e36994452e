import type { Clock } from "@portfolio/platform/clock";
import type { Job } from "@portfolio/platform/jobs/job";
import type { Jobs } from "@portfolio/platform/jobs/jobs";
import type { BacktestProblem } from "../domain/backtest-problem.ts";
import type { ForecastOrigin } from "../domain/forecast-queries.ts";
import type { DatasetReference } from "../domain/portfolio-problem.ts";
import type { BacktestStore, StoredBacktest } from "../ports.ts";
import { type BacktestSources, prepareBacktest } from "./prepare-backtest.ts";
import { contentDigest } from "./provenance.ts";

/** A backtest to start. */
export interface BacktestDraft {
  /** May be empty. */
  readonly name: string;
  readonly problem: BacktestProblem;
  /** Encodes the specification with another reference to its dataset, and with versions by number. */
  readonly writeSpec: (dataset: DatasetReference, origins: readonly ForecastOrigin[]) => Uint8Array;
  /** Marks repetitions of one start. Empty means none. */
  readonly requestId: string;
  /** All that was asked for as plain data, by which a repetition is told from a different start. */
  readonly content: unknown;
}

/** What backtests work with. */
export interface BacktestDeps extends BacktestSources {
  readonly backtests: BacktestStore;
  readonly jobs: Pick<Jobs, "enqueue" | "find" | "cancel" | "findCheckpoint">;
  readonly clock: Clock;
  /** Makes an identifier: a UUID of version 7. */
  readonly newId: () => string;
}

/** A backtest and its job. */
export interface BacktestWithJob {
  readonly backtest: StoredBacktest;
  /** Missing when the start was interrupted; the same `request_id` goes on with it. */
  readonly job: Job | undefined;
}

/**
 * Checks a backtest, pins its dataset and the versions of its forecasts, and starts its job, once per request identifier.
 *
 * The backtest is stored before its job is made, so that no job is without a backtest. Where only
 * the first was done, the repetition does the second.
 *
 * @throws {AppError} Those of `prepareBacktest`. `REQUEST_ID_REUSED`.
 */
export async function startBacktest(
  { backtests, jobs, clock, newId, ...sources }: BacktestDeps,
  { name, problem, writeSpec, requestId, content }: BacktestDraft,
  signal: AbortSignal,
): Promise<BacktestWithJob> {
  const { basis } = await prepareBacktest(sources, problem, signal);
  const createTime = clock.now().toISOString();
  const key = requestId === "" ? undefined : { requestId, digest: contentDigest(content) };
  const spec = writeSpec(
    basis.dataset,
    basis.forecasts.map(({ origin }) => origin),
  );
  const draft = { id: newId(), name, spec, jobId: undefined, createTime };
  const backtest = await backtests.add(draft, key);
  const job = await jobs.enqueue({
    kind: "backtest",
    payload: Buffer.from(backtest.id),
    idempotencyKey: backtest.id,
    title:
      name || `Backtest of ${problem.strategies.map((each) => each.name).join(", ")}`.slice(0, 200),
    ownerReference: `backtests/${backtest.id}`,
    priority: "interactive",
  });
  await backtests.setJob(backtest.id, job.id);
  return { backtest: { ...backtest, jobId: job.id }, job };
}
