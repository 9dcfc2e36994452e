import type { Job, JobPriority, JobState } from "./job.ts";

/** A job to make. */
export interface JobDraft {
  /** What kind of work it is, such as `backtest`: 1 to 64 characters. */
  readonly kind: string;
  /** What the worker gets, up to 256 KiB: references to data rather than data. */
  readonly payload: Uint8Array;
  /** What the job does, in a few words for people. (Default: none.) */
  readonly title?: string;
  /** What the job is made for, such as `portfolios/0190…`. (Default: nothing.) */
  readonly ownerReference?: string;
  /** Marks repetitions of one call, which make one job. Empty means none. (Default: none.) */
  readonly idempotencyKey?: string;
  /** (Default: `normal`.) */
  readonly priority?: JobPriority;
}

/** Which jobs to list. What is set must all hold. */
export interface JobFilter {
  readonly states?: readonly JobState[];
  readonly kinds?: readonly string[];
  readonly ownerReference?: string;
}

/** Jobs that changed, and from where to ask for the next ones. */
export interface JobChanges {
  readonly jobs: readonly Job[];
  /** Pass it to the next call. Grows, and means nothing otherwise. */
  readonly sequence: number;
}

/**
 * The jobs of all services, for those who ask for work and look after it. Workers use `JobLeases`.
 *
 * A job runs at least once, and takes effect exactly once. Every method throws the `AppError`s of
 * `Pool`.
 */
export interface Jobs {
  /**
   * Makes a job. It is durable when this resolves.
   *
   * @returns The new job, or the earlier one of the same kind and idempotency key.
   * @throws {AppError} `REQUEST_ID_REUSED`: the key stands for another payload.
   *   `JOB_PAYLOAD_TOO_LARGE`.
   */
  enqueue(draft: JobDraft): Promise<Job>;

  find(id: string): Promise<Job | undefined>;

  /** Finds those that exist of some jobs, in no order. */
  findMany(ids: readonly string[]): Promise<readonly Job[]>;

  /** Lists jobs, newest first. @param beforeId - Skips this job and newer ones. */
  list(filter: JobFilter, limit: number, beforeId: string | undefined): Promise<readonly Job[]>;

  /** Cancels a job at once, or asks its worker to. @returns The job, or nothing if unknown. */
  cancel(id: string): Promise<Job | undefined>;

  /**
   * Queues a job again that failed, was cancelled or is in quarantine.
   *
   * @returns The job, or nothing if unknown.
   * @throws {AppError} `JOB_SUCCEEDED`, `JOB_ARCHIVED`.
   */
  retry(id: string): Promise<Job | undefined>;

  /** Reads the jobs that are queued or run, and from where their changes are to be asked for. */
  unfinished(): Promise<JobChanges>;

  /**
   * Reads the jobs that changed, each in its newest state. May repeat some; never misses one.
   *
   * @param sequence - Of the call before.
   */
  changesSince(sequence: number): Promise<JobChanges>;
}
