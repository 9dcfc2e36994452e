import { create } from "@bufbuild/protobuf";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import { type Job, JobSchema, JobState } from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";
import type { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { mockError } from "./mock-error.ts";

type JobFields = Partial<Omit<Job, "$typeName" | "$unknown" | "progress" | "error">> & {
  id: string;
  progress?: { step: bigint; stepCount: bigint; message: string; updateTime: string };
  error?: { reason: string; description: string };
};

/** Jobs in memory, which a test changes as a worker would. */
export interface MockJobs {
  readonly service: ServiceImpl<typeof JobService>;
  /** Makes a job or changes one. */
  set(job: JobFields): void;
  /** Breaks all streams, as a restart of the gateway does. */
  breakStreams(): void;
  /** `after_sequence` of each stream that was opened. */
  readonly watches: readonly bigint[];
}

export function mockJobs(): MockJobs {
  const jobs = new Map<string, { fields: JobFields; job: Job; sequence: bigint }>();
  const watches: bigint[] = [];
  let sequence = 0n;
  let generation = 0;
  let wake = () => {};
  let changed = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const announce = () => {
    wake();
    changed = new Promise((resolve) => {
      wake = resolve;
    });
  };
  const find = (id: string): Job => {
    const found = jobs.get(id);
    if (!found) throw mockError(Code.NotFound, "JOB_UNKNOWN", "There is no such job.");
    return found.job;
  };
  const set: MockJobs["set"] = (job) => {
    const earlier = jobs.get(job.id)?.fields;
    sequence += 1n;
    const fields = { kind: "backtest", ...earlier, ...job, revision: sequence };
    jobs.set(job.id, { fields, job: create(JobSchema, fields), sequence });
    announce();
  };
  const changeState = (id: string, state: JobState) => {
    find(id);
    set({ id, state });
    return { job: find(id) };
  };
  return {
    set,
    watches,
    breakStreams() {
      generation++;
      announce();
    },
    service: {
      getJob: ({ id }) => ({ job: find(id) }),
      listJobs: () => ({ jobs: [...jobs.values()].map(({ job }) => job).reverse() }),
      async *watchJobs({ afterSequence }, { signal }) {
        watches.push(afterSequence);
        const opened = generation;
        // As the service does with a sequence of another server.
        let seen = afterSequence > sequence ? 0n : afterSequence;
        const aborted = new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
        while (!signal.aborted) {
          if (generation !== opened)
            throw mockError(Code.Unavailable, "SERVICE_UNAVAILABLE", "Gone.");
          const next = changed;
          const news = [...jobs.values()].filter((entry) => entry.sequence > seen);
          seen = sequence;
          yield { jobs: news.map(({ job }) => job), sequence };
          await Promise.race([next, aborted]);
        }
      },
      cancelJob: ({ id }) => changeState(id, JobState.CANCELLED),
      retryJob: ({ id }) => changeState(id, JobState.QUEUED),
    },
  };
}
