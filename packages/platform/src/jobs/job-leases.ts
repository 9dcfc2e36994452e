import type { Queryable } from "../postgres/pool.ts";
import type { JobError, JobProgress } from "./job.ts";

/** Largest checkpoint, in bytes. The table refuses larger ones too. */
export const CHECKPOINT_BYTES_MAX = 16 * 1024 * 1024;

/** The right to work on a job, for as long as it is extended. */
export interface JobLease {
  readonly tenantId: string;
  readonly jobId: string;
  /** Number of the claim: of two workers that believe to have a job, the higher one has. */
  readonly fence: number;
}

/** A job that a worker has claimed. */
export interface ClaimedJob extends JobLease {
  readonly kind: string;
  readonly payload: Uint8Array;
  /** What an earlier attempt saved. */
  readonly checkpoint: Uint8Array | undefined;
  /** This attempt, from 1. */
  readonly attempt: number;
  /** Earlier attempts that failed for a cause that may pass. */
  readonly failureCount: number;
}

/** Whether a worker still has a job, and whether it is to stop. */
export interface LeaseState {
  readonly isHeld: boolean;
  readonly isCancelRequested: boolean;
}

/**
 * The jobs of all services, for those who do the work.
 *
 * What is written under a lease that another worker has taken over has no effect and is answered
 * by false. Time is that of the database alone. Every method throws the `AppError`s of `Pool`.
 */
export interface JobLeases {
  /**
   * Claims the most urgent job of some kinds, in turn among tenants.
   *
   * @param owner - Names the worker, for people.
   * @param workerId - Of `WorkerPresence`. Without it, only its silence tells that a worker is dead.
   */
  claim(
    kinds: readonly string[],
    owner: string,
    workerId?: number,
  ): Promise<ClaimedJob | undefined>;

  /** Holds a job for another term. */
  extend(lease: JobLease): Promise<LeaseState>;

  /** Like `extend`, without extending. */
  check(lease: JobLease): Promise<LeaseState>;

  saveProgress(lease: JobLease, progress: JobProgress): Promise<boolean>;

  /** Keeps what the next attempt is to go on from. Resets the count of crashes. */
  saveCheckpoint(lease: JobLease, data: Uint8Array): Promise<boolean>;

  /**
   * Ends a job with its result: both or neither are stored.
   *
   * @param save - Stores the result by statements of the given client alone, and returns its
   *   reference. Not called when the lease is lost.
   */
  complete(lease: JobLease, save: (client: Queryable) => Promise<string>): Promise<boolean>;

  /** Ends a job that cannot be done. */
  fail(lease: JobLease, error: JobError): Promise<boolean>;

  /** Queues a job again after a failure that may pass. A cancelled job ends instead. */
  retryLater(lease: JobLease, error: JobError, delayMs: number): Promise<boolean>;

  /** Queues a job whose process died again, or quarantines it the second time. */
  crash(lease: JobLease, error: JobError, delayMs: number): Promise<boolean>;

  /** Ends a job that somebody cancelled. */
  cancel(lease: JobLease): Promise<boolean>;

  /** Hands a job back unfinished, through no fault of its own. */
  release(lease: JobLease): Promise<boolean>;

  /** Treats jobs whose worker is gone, or let the lease run out, as crashed. @returns How many. */
  reclaimExpired(): Promise<number>;
}
