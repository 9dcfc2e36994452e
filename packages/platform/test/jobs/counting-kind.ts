import type { Job, JobState } from "../../src/jobs/job.ts";
import type { JobKind } from "../../src/jobs/job-kind.ts";
import type { OpenJobs } from "../../src/jobs/open-jobs.ts";
import { createLogger } from "../../src/logger.ts";
import { workerFile } from "../../src/worker-pool.ts";
import type { Counted, Counting } from "./counting-worker.ts";

export const silentLog = createLogger({ name: "test", level: "silent" });

/** Short enough for tests, in the proportions of the real ones. */
export const TEST_TIMES = { leaseMs: 1500, heartbeatMs: 500, checkMs: 100 };

/** Where results of counting go: one row for each time that a job took effect. */
export const CREATE_EFFECT = `
  create table public.effect (job_id uuid, first_step int, last_step int, environment text[])`;

/** Counts, and keeps the result in `public.effect`. */
export const counting: JobKind = {
  name: "counting",
  file: workerFile("./counting-worker", import.meta.url),
  memoryMaxMb: 64,
  saveResult: async (client, { jobId }, result) => {
    const { firstStep, lastStep, environment } = result as Counted;
    await client.query("insert into public.effect values ($1, $2, $3, $4)", [
      jobId,
      firstStep,
      lastStep,
      environment,
    ]);
    return `effects/${jobId}`;
  },
};

export function payloadOf(counting: Counting): Uint8Array {
  return Buffer.from(JSON.stringify(counting));
}

/** Waits until a job fits, and returns it. */
export async function untilJob(
  { jobs }: OpenJobs,
  id: string,
  fits: (job: Job) => boolean,
): Promise<Job> {
  const endMs = performance.now() + 15_000;
  let job = await jobs.find(id);
  while (job === undefined || !fits(job)) {
    if (performance.now() > endMs) throw new Error(`in vain: ${JSON.stringify(job)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    job = await jobs.find(id);
  }
  return job;
}

export function isIn(...states: JobState[]): (job: Job) => boolean {
  return ({ state }) => states.includes(state);
}
