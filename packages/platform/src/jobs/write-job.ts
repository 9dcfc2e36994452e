import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  JobPriority as JobPriorityMessage,
  type JobSchema,
  JobState as JobStateMessage,
} from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";
import type { Job, JobPriority, JobState } from "./job.ts";

const STATES: Readonly<Record<JobState, JobStateMessage>> = {
  queued: JobStateMessage.QUEUED,
  running: JobStateMessage.RUNNING,
  succeeded: JobStateMessage.SUCCEEDED,
  failed: JobStateMessage.FAILED,
  cancelled: JobStateMessage.CANCELLED,
  quarantined: JobStateMessage.QUARANTINED,
};

const PRIORITIES: Readonly<Record<JobPriority, JobPriorityMessage>> = {
  background: JobPriorityMessage.BACKGROUND,
  normal: JobPriorityMessage.NORMAL,
  interactive: JobPriorityMessage.INTERACTIVE,
};

/** Writes a job as the contract has it, for the answer of a method that starts or shows one. */
export function writeJob(job: Job): MessageInitShape<typeof JobSchema> {
  const { progress, error } = job;
  return {
    id: job.id,
    kind: job.kind,
    title: job.title,
    state: STATES[job.state],
    priority: PRIORITIES[job.priority],
    ...(progress && {
      progress: {
        step: BigInt(progress.step),
        stepCount: BigInt(progress.stepCount),
        message: progress.message,
        updateTime: progress.updateTime,
      },
    }),
    estimatedEndTime: job.estimatedEndTime ?? "",
    attempt: job.attempt,
    createTime: job.createTime,
    startTime: job.startTime ?? "",
    endTime: job.endTime ?? "",
    runTime: job.runTime ?? "",
    cancelRequested: job.cancelRequested,
    ...(error && { error: { reason: error.reason, description: error.description } }),
    resultReference: job.resultReference,
    ownerReference: job.ownerReference,
    revision: BigInt(job.revision),
  };
}

/** Reads states of the contract. Unspecified ones are left out. */
export function readJobStates(states: readonly JobStateMessage[]): JobState[] {
  const asked = new Set(states);
  return (Object.keys(STATES) as JobState[]).filter((state) => asked.has(STATES[state]));
}
