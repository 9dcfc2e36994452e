import {
  FINAL_STATES,
  type Job,
  type JobPriority,
  type JobProgress,
  type JobState,
} from "./job.ts";

/** Columns of `jobs.job` that make a `Job`. */
export const JOB_COLUMNS = `job.id, job.kind, job.title, job.state, job.priority, job.attempt,
  job.progress_step, job.progress_step_count, job.progress_message, job.progress_time,
  job.progress_first_step, job.progress_first_time, job.create_time, job.start_time, job.end_time,
  job.run_time, job.cancel_requested, job.error_reason, job.error_description,
  job.result_reference, job.owner_reference, job.revision`;

/** What `JOB_COLUMNS` yield. */
export interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly state: JobState;
  readonly priority: number;
  readonly attempt: number;
  readonly progress_step: number;
  readonly progress_step_count: number;
  readonly progress_message: string;
  readonly progress_time: string | null;
  readonly progress_first_step: number;
  readonly progress_first_time: string | null;
  readonly create_time: string;
  readonly start_time: string | null;
  readonly end_time: string | null;
  readonly run_time: string;
  readonly cancel_requested: boolean;
  readonly error_reason: string;
  readonly error_description: string;
  readonly result_reference: string;
  readonly owner_reference: string;
  readonly revision: number;
}

/** How `jobs.job` writes priorities. The gaps leave room for finer ones. */
export const PRIORITY_NUMBERS: Readonly<Record<JobPriority, number>> = {
  background: 1,
  normal: 5,
  interactive: 9,
};

export function jobFromRow(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    state: row.state,
    priority: priorityOf(row.priority),
    progress: progressOf(row),
    estimatedEndTime: estimatedEndTime(row),
    attempt: row.attempt,
    createTime: row.create_time,
    startTime: row.start_time ?? undefined,
    endTime: FINAL_STATES.has(row.state) ? (row.end_time ?? undefined) : undefined,
    runTime: row.state === "queued" ? row.run_time : undefined,
    cancelRequested: row.cancel_requested,
    error:
      row.error_reason === ""
        ? undefined
        : { reason: row.error_reason, description: row.error_description },
    resultReference: row.result_reference,
    ownerReference: row.owner_reference,
    revision: row.revision,
  };
}

function priorityOf(number: number): JobPriority {
  if (number >= PRIORITY_NUMBERS.interactive) return "interactive";
  return number >= PRIORITY_NUMBERS.normal ? "normal" : "background";
}

function progressOf(row: JobRow): (JobProgress & { updateTime: string }) | undefined {
  if (row.progress_time === null) return undefined;
  return {
    step: row.progress_step,
    stepCount: row.progress_step_count,
    message: row.progress_message,
    updateTime: row.progress_time,
  };
}

/** Extends the pace between the first and the latest progress of this attempt to the last step. */
function estimatedEndTime(row: JobRow): string | undefined {
  const { progress_time, progress_first_time } = row;
  const stepsDone = row.progress_step - row.progress_first_step;
  const stepsLeft = row.progress_step_count - row.progress_step;
  const isKnown = row.state === "running" && stepsDone > 0 && stepsLeft >= 0;
  if (!isKnown || progress_time === null || progress_first_time === null) return undefined;
  const updateMs = Date.parse(progress_time);
  const msPerStep = (updateMs - Date.parse(progress_first_time)) / stepsDone;
  const endMs = updateMs + stepsLeft * msPerStep;
  return endMs < MAX_DATE_MS ? new Date(endMs).toISOString() : undefined;
}

/** Largest time that a `Date` holds. */
const MAX_DATE_MS = 8.64e15;
