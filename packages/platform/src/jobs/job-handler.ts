import type { JobProgress } from "./job.ts";

/** What the work on a job has beside its input. */
export interface JobContext {
  readonly jobId: string;
  /** This attempt, from 1. */
  readonly attempt: number;
  /** What an earlier attempt saved last: go on from there. */
  readonly checkpoint: Uint8Array | undefined;
  /** Aborts when the job is cancelled or its worker stops. The process ends half a second later. */
  readonly signal: AbortSignal;
  /** Says how far the work is. Cheap: call it after every step. */
  reportProgress(progress: JobProgress): void;
  /**
   * Keeps what another attempt needs to go on from here, in place of what was kept before: up to
   * 16 MiB. Resolves when it is durable.
   */
  saveCheckpoint(data: Uint8Array): Promise<void>;
}

/**
 * Does the work of one kind of job, in a process of its own. A module exports it as `run`.
 *
 * It may compute for as long as it likes without yielding. It may be ended at any time and called
 * again, with the last checkpoint; so it stores nothing itself but returns its result.
 *
 * @param input - What `JobKind.prepare` returned: plain data and typed arrays.
 * @returns Plain data and typed arrays, for `JobKind.saveResult`.
 * @throws {AppError} The job fails with that reason, or is tried again when the kind is
 *   `unavailable`, `deadline-exceeded` or `resource-exhausted`. Other errors fail it with
 *   `JOB_BROKEN`; their message goes to the log only.
 */
export type JobHandler<Input = unknown, Result = unknown> = (
  input: Input,
  context: JobContext,
) => Promise<Result> | Result;
