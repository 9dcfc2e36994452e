import { openJobs } from "@portfolio/platform/jobs/open-jobs";
import type { Logger } from "@portfolio/platform/logger";
import type { Registration } from "@portfolio/platform/rpc/registration";
import { JobFeed } from "./app/job-feed.ts";
import { reclaimPeriodically } from "./app/reclaim-periodically.ts";
import { routes } from "./rpc/routes.ts";

export interface JobsServiceOptions {
  /** PostgreSQL, the same for all services. */
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Aborted when the process must stop: ends the streams of those who watch. */
  readonly shutdownSignal: AbortSignal;
  /** Time after which a stream that has nothing to say says so, in ms. (Default: 15000) */
  readonly idleMs?: number;
}

/** The service, ready to be served. */
export interface JobsService {
  readonly registrations: readonly Registration[];
  /** Decide whether the service can do its work. */
  readonly checks: readonly {
    readonly name: string;
    readonly check: (signal: AbortSignal) => Promise<void>;
  }[];
  /** Ends database connections. */
  close(): Promise<void>;
}

const IDLE_MS = 15_000;

/** Brings the table of jobs up to date and builds the service on it. */
export async function createJobsService(options: JobsServiceOptions): Promise<JobsService> {
  const { databaseUrl, log, shutdownSignal, idleMs = IDLE_MS } = options;
  const open = await openJobs({ databaseUrl, applicationName: "jobs", log });
  const feed = new JobFeed(open, log);
  const stopReclaiming = reclaimPeriodically(open.leases, log);
  return {
    registrations: routes({ jobs: open.jobs, feed, shutdownSignal, idleMs }),
    checks: [{ name: "jobs-database", check: open.check }],
    close: async () => {
      await stopReclaiming();
      await feed.close();
      await open.close();
    },
  };
}
