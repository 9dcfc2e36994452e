import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../app-error.ts";
import type { Logger } from "../logger.ts";
import type { JobError } from "./job.ts";
import { jobFailure } from "./job-failure.ts";
import type { JobKind } from "./job-kind.ts";
import type { ClaimedJob, JobLeases } from "./job-leases.ts";
import { LatestProgress } from "./latest-progress.ts";
import { LeaseKeeper, type LeaseTimes } from "./lease-keeper.ts";
import type { JobFailure } from "./process-messages.ts";
import { retryClass, retryDelayMs } from "./retry-delay.ts";
import { type ProcessOutcome, runInProcess } from "./run-in-process.ts";

/** What the run of a job works with. */
export interface JobRunDeps {
  readonly leases: JobLeases;
  readonly log: Logger;
  readonly times: LeaseTimes;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
  /** Called with the identifier of each job's process. */
  readonly onProcess?: ((pid: number, jobId: string) => void) | undefined;
  /** Called when an attempt has ended. */
  readonly onAttemptEnd?: ((end: AttemptEnd) => void) | undefined;
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly kind: string;
  readonly outcome: ProcessOutcome["type"];
  /** Whether the job took note of it: not when another worker has it by now. */
  readonly isSettled: boolean;
  readonly durationMs: number;
}

/** Failures that may pass, after which a job fails for good. */
const FAILURES_MAX = 5;
const PROGRESS_INTERVAL_MS = 1000;
const OUTAGE_DELAY_MS = 1000;
/** Failures of the database that pass without the caller asking for less. */
const OUTAGES = new Set(["DATABASE_UNAVAILABLE", "DATABASE_CONFLICT", "DATABASE_FULL"]);

/** One attempt at a job, from its claim to its settlement. */
export class JobRun {
  readonly #job: ClaimedJob;
  readonly #kind: JobKind;
  readonly #deps: JobRunDeps;
  readonly #keeper: LeaseKeeper;

  constructor(job: ClaimedJob, kind: JobKind, deps: JobRunDeps) {
    this.#job = job;
    this.#kind = kind;
    this.#deps = deps;
    this.#keeper = new LeaseKeeper({ ...deps.times, ...deps, lease: job });
  }

  /** Looks now whether the job was cancelled. */
  look(): void {
    this.#keeper.look();
  }

  /** Ends the process and hands the job back. */
  stop(): void {
    this.#keeper.stop("worker-stopping");
  }

  /** Never rejects: what goes wrong is in the job, or in the log. */
  async run(): Promise<void> {
    const { jobId, kind, attempt } = this.#job;
    const { log } = this.#deps;
    const startMs = performance.now();
    const facts = () => ({ jobId, kind, attempt, durationMs: performance.now() - startMs });
    try {
      const outcome = await this.#attempt();
      const isSettled = await this.#settle(outcome);
      const end = { ...facts(), outcome: outcome.type, isSettled };
      log.info(end, "job attempt ended");
      this.#deps.onAttemptEnd?.(end);
    } catch (error) {
      log.error({ ...facts(), err: error }, "job attempt could not be settled");
    } finally {
      this.#keeper.close();
    }
  }

  async #attempt(): Promise<ProcessOutcome> {
    const { leases, onProcess } = this.#deps;
    const { jobId, payload, attempt, checkpoint } = this.#job;
    const { signal } = this.#keeper;
    const progress = new LatestProgress(
      (latest) => leases.saveProgress(this.#job, latest),
      PROGRESS_INTERVAL_MS,
    );
    let checkpoints: Promise<unknown> = Promise.resolve();
    try {
      const input = (await this.#kind.prepare?.(this.#job, signal)) ?? payload;
      return await runInProcess({
        ...this.#kind,
        jobId,
        attempt,
        input,
        checkpoint,
        signal,
        onProgress: (latest) => progress.report(latest),
        onCheckpoint: (data) => {
          const saved = checkpoints.then(() => this.#saveCheckpoint(data));
          checkpoints = saved.catch(() => undefined);
          return saved;
        },
        onStart: (pid) => onProcess?.(pid, jobId),
      });
    } catch (error) {
      return signal.aborted ? { type: "stopped" } : { type: "failed", failure: jobFailure(error) };
    } finally {
      await checkpoints;
      await progress.close();
    }
  }

  async #saveCheckpoint(data: Uint8Array): Promise<void> {
    const isSaved = await this.#persist(() => this.#deps.leases.saveCheckpoint(this.#job, data));
    if (!isSaved) this.#keeper.stop("lost");
    this.#keeper.signal.throwIfAborted();
  }

  /** @returns Whether the job took note of the outcome. */
  async #settle(outcome: ProcessOutcome): Promise<boolean> {
    switch (outcome.type) {
      case "done":
        return await this.#complete(outcome.result);
      case "failed":
        return await this.#fail(outcome.failure);
      case "crashed":
        return await this.#crash(outcome.description, outcome.words);
      case "stopped":
        return await this.#handBack();
    }
  }

  async #complete(result: unknown): Promise<boolean> {
    const { leases } = this.#deps;
    try {
      const isSettled = await this.#persist(() =>
        leases.complete(this.#job, (client) => this.#kind.saveResult(client, this.#job, result)),
      );
      if (isSettled) this.#kind.onSaved?.(result);
      return isSettled;
    } catch (error) {
      return await this.#fail(jobFailure(error));
    }
  }

  async #fail({ kind, reason, description, stack }: JobFailure): Promise<boolean> {
    const { leases, log, random } = this.#deps;
    const { jobId, failureCount } = this.#job;
    if (stack !== "") log.error({ jobId, stack }, "a job is broken");
    const error: JobError = { reason, description };
    const cause = kind === undefined ? undefined : retryClass(kind);
    if (cause === undefined || failureCount + 1 >= FAILURES_MAX) {
      return await this.#persist(() => leases.fail(this.#job, error));
    }
    const delayMs = retryDelayMs(cause, failureCount, random());
    return await this.#persist(() => leases.retryLater(this.#job, error, delayMs));
  }

  async #crash(description: string, words: string): Promise<boolean> {
    const { leases, log, random } = this.#deps;
    log.error({ jobId: this.#job.jobId, words }, "the process of a job died");
    const error: JobError = { reason: "JOB_CRASHED", description };
    const delayMs = retryDelayMs("crash", 0, random());
    return await this.#persist(() => leases.crash(this.#job, error, delayMs));
  }

  async #handBack(): Promise<boolean> {
    const { leases } = this.#deps;
    switch (this.#keeper.stopReason) {
      case "cancelled":
        return await this.#persist(() => leases.cancel(this.#job));
      case "worker-stopping":
        return await this.#persist(() => leases.release(this.#job));
      default:
        return false;
    }
  }

  /** Writes to the job, waiting for a database that is away for as long as the lease may be held. */
  async #persist(write: () => Promise<boolean>): Promise<boolean> {
    while (this.#keeper.stopReason !== "lost") {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof AppError && OUTAGES.has(error.reason))) throw error;
        await delay(OUTAGE_DELAY_MS);
      }
    }
    return false;
  }
}
