import type { Transport } from "@connectrpc/connect";
import { FINAL_STATES, type Job } from "@portfolio/platform/jobs/job";
import { type OpenJobs, openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { createPool, type Pool } from "@portfolio/platform/postgres/pool";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { serverInterceptors } from "@portfolio/platform/rpc/server-interceptors";
import { createTestDatabase } from "@portfolio/platform/testing/postgres-database";
import {
  type Closes,
  dataRegistrations,
  readSampleCloses,
} from "@portfolio/platform/testing/sample-data-service";
import type { BackendOptions } from "../src/adapters/find-backend.ts";
import { PostgresDefaultRuns } from "../src/adapters/postgres-default-runs.ts";
import { PostgresModelRegistry } from "../src/adapters/postgres-model-registry.ts";
import { createTrainingService } from "../src/training-service.ts";

/** The real service on a database of its own; only prices come from a file. */
export interface TestTraining {
  readonly transport: Transport;
  readonly registry: PostgresModelRegistry;
  readonly pool: Pool;
  readonly metrics: { readonly registry: ReturnType<typeof createMetricsRegistry> };
  readonly jobs: OpenJobs["jobs"];
  readonly runs: PostgresDefaultRuns;
  /** Waits for a job of a kind to be made. */
  nextJob(kind: string): Promise<Job>;
  /** Waits for a job to end. */
  ended(jobId: string): Promise<Job>;
  close(): Promise<void>;
}

const LOG = createLogger({ name: "training", level: "silent" });

/** Starts the service. */
export async function startTestTraining(
  closes: Closes = readSampleCloses(),
  backend: BackendOptions = { setting: "native" },
): Promise<TestTraining> {
  const database = await createTestDatabase();
  const metrics = { registry: createMetricsRegistry("training") };
  const service = await createTrainingService({
    databaseUrl: database.url,
    dataTransport: createLocalTransport(dataRegistrations(closes), []),
    log: LOG,
    jobsMax: 2,
    backend,
    metrics,
  });
  const pool = createPool({
    url: database.url,
    applicationName: "test",
    statementTimeoutMs: 10_000,
    log: LOG,
  });
  const opened = await openJobs({ databaseUrl: database.url, applicationName: "test", log: LOG });
  const interceptors = serverInterceptors({
    area: "training",
    log: LOG,
    metrics,
    defaultTimeoutMs: 30_000,
    maxTimeoutMs: 30_000,
  });
  return {
    transport: createLocalTransport(service.registrations, interceptors),
    registry: new PostgresModelRegistry(pool),
    pool,
    metrics,
    jobs: opened.jobs,
    runs: new PostgresDefaultRuns(pool),
    nextJob: (kind) => jobOf(opened.jobs, kind),
    ended: (jobId) => jobEnd(opened.jobs, jobId),
    close: async () => {
      await service.close();
      await Promise.all([opened.close(), pool.end()]);
      await database.drop();
    },
  };
}

/** Waits for a job to end. */
export async function jobEnd(jobs: OpenJobs["jobs"], jobId: string): Promise<Job> {
  for (;;) {
    const job = await jobs.find(jobId);
    if (job === undefined || FINAL_STATES.has(job.state)) {
      if (job === undefined) throw new Error(`there is no job ${jobId}`);
      return job;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
async function jobOf(jobs: OpenJobs["jobs"], kind: string): Promise<Job> {
  for (;;) {
    const [job] = await jobs.list({ kinds: [kind] }, 1, undefined);
    if (job !== undefined) {
      return job;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
