/**
 * Where a job stands.
 *
 *     queued ──claim──► running ──complete──► succeeded
 *       ▲ │                │ ├──fail────────► failed
 *       │ └──cancel──┐     │ ├──2 crashes───► quarantined
 *       │            ▼     │ └──cancel──────► cancelled
 *       ├──── a failure that may pass, a crash, a worker that stops
 *       └──── retry, from failed, quarantined and cancelled
 */
export type JobState = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "quarantined";

/** How urgent a job is. Jobs of a higher priority start first. */
export type JobPriority = "background" | "normal" | "interactive";

/** How far a job is. */
export interface JobProgress {
  /** Steps that are done, from 0 to `stepCount`. */
  readonly step: number;
  /** Steps in all. 0 when not known. */
  readonly stepCount: number;
  /** What the job does at the moment, in a few words for people. */
  readonly message: string;
}

/** Why an attempt failed. */
export interface JobError {
  /** Stable, machine-readable cause, such as `SYMBOL_UNKNOWN`. */
  readonly reason: string;
  /** One sentence for people. */
  readonly description: string;
}

/** A job as callers see it. Times are RFC 3339 in UTC. */
export interface Job {
  /** UUID of version 7. */
  readonly id: string;
  readonly kind: string;
  /** What the job does, in a few words for people. May be empty. */
  readonly title: string;
  readonly state: JobState;
  readonly priority: JobPriority;
  readonly progress: (JobProgress & { readonly updateTime: string }) | undefined;
  /** When the job ends if it goes on at the pace of this attempt. */
  readonly estimatedEndTime: string | undefined;
  /** Times that a worker has claimed the job. */
  readonly attempt: number;
  readonly createTime: string;
  /** When the latest attempt began. */
  readonly startTime: string | undefined;
  readonly endTime: string | undefined;
  /** Earliest start of the next attempt. */
  readonly runTime: string | undefined;
  readonly cancelRequested: boolean;
  readonly error: JobError | undefined;
  /** Where the result is, as collection and identifier. Empty until the job has succeeded. */
  readonly resultReference: string;
  /** What the job was made for, as collection and identifier. May be empty. */
  readonly ownerReference: string;
  /** Grows with each change. */
  readonly revision: number;
}

/** States that a job leaves only when somebody retries it. */
export const FINAL_STATES: ReadonlySet<JobState> = new Set([
  "succeeded",
  "failed",
  "cancelled",
  "quarantined",
]);
