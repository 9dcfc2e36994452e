import type { Job, JobState } from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";

export type JobStateName =
  | "queued"
  | "running"
  | "succeeded"
  | "failed"
  | "cancelled"
  | "quarantined";

// Numbers of the contract, so that the page loads without its descriptors.
const STATES: Readonly<Record<JobState, JobStateName>> = {
  0: "queued",
  1: "queued",
  2: "running",
  3: "succeeded",
  4: "failed",
  5: "cancelled",
  6: "quarantined",
};

/** A job as the page shows it. Times are milliseconds since 1970. */
export interface JobEntry {
  readonly id: string;
  readonly kind: string;
  /** Empty when the job has none. */
  readonly title: string;
  readonly state: JobStateName;
  /** Steps done and in all. Nothing while the number of steps is not known. */
  readonly steps: { readonly done: number; readonly all: number } | undefined;
  /** What the job does at the moment. May be empty. */
  readonly activity: string;
  readonly updateMs: number | undefined;
  readonly estimatedEndMs: number | undefined;
  readonly createMs: number;
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  /** Earliest start of the next attempt of a job that waits. */
  readonly runMs: number | undefined;
  readonly attempt: number;
  readonly isCancelRequested: boolean;
  /** What went wrong last. Empty when nothing did. */
  readonly problem: string;
  readonly revision: number;
  /** What it was made for, such as `models/rank-21d`. May be empty. */
  readonly owner: string;
}

export function jobEntry(job: Job): JobEntry {
  const { progress } = job;
  return {
    id: job.id,
    kind: job.kind,
    title: job.title,
    state: STATES[job.state],
    steps:
      progress && progress.stepCount > 0n
        ? { done: Number(progress.step), all: Number(progress.stepCount) }
        : undefined,
    activity: progress?.message ?? "",
    updateMs: timeMs(progress?.updateTime ?? ""),
    estimatedEndMs: timeMs(job.estimatedEndTime),
    createMs: timeMs(job.createTime) ?? 0,
    startMs: timeMs(job.startTime),
    endMs: timeMs(job.endTime),
    runMs: timeMs(job.runTime),
    attempt: job.attempt,
    isCancelRequested: job.cancelRequested,
    problem: job.error?.description ?? "",
    revision: Number(job.revision),
    owner: job.ownerReference,
  };
}

/** Whether a job waits or runs. */
export function isActive({ state }: JobEntry): boolean {
  return state === "queued" || state === "running";
}

/** Whether a job has come to an end from which it can be tried again. */
export function isRetryable({ state }: JobEntry): boolean {
  return state === "failed" || state === "cancelled" || state === "quarantined";
}

/** Whether a job has come to an end that it was not meant to have. */
export function isInTrouble({ state }: JobEntry): boolean {
  return state === "failed" || state === "quarantined";
}

function timeMs(time: string): number | undefined {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? undefined : ms;
}
