import { join } from "node:path";
import type { Logger } from "../logger.ts";
import { packageDirectory } from "../package-directory.ts";
import { migrate } from "../postgres/migrate.ts";
import { createPool } from "../postgres/pool.ts";
import { newRequestId } from "../rpc/request-id.ts";
import type { JobLeases } from "./job-leases.ts";
import { JobNotifications } from "./job-notifications.ts";
import type { Jobs } from "./jobs.ts";
import { PostgresJobLeases } from "./postgres-job-leases.ts";
import { PostgresJobs } from "./postgres-jobs.ts";

export interface OpenJobsOptions {
  /** PostgreSQL, the same for all services. */
  readonly databaseUrl: string;
  /** Shown in `pg_stat_activity`, such as `optimization jobs`. */
  readonly applicationName: string;
  readonly log: Logger;
  /** Time after which a silent worker has lost its jobs, in ms. (Default: 30000) */
  readonly leaseMs?: number;
}

/** The jobs of all services, connected. */
export interface OpenJobs {
  readonly jobs: Jobs;
  readonly leases: JobLeases;
  readonly notifications: JobNotifications;
  /** Rejects when the database does not answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 10_000;
const LEASE_MS = 30_000;

/**
 * Connects to the jobs, and brings their table up to date.
 *
 * The table belongs to this package, not to a service: every service reaches it through these
 * ports alone, and any of them may start first.
 */
export async function openJobs(options: OpenJobsOptions): Promise<OpenJobs> {
  const { databaseUrl, applicationName, log } = options;
  const directory = join(packageDirectory(import.meta.url), "migrations", "jobs");
  await migrate({ url: databaseUrl, schema: "jobs", directory, log });
  const pool = createPool({
    url: databaseUrl,
    applicationName,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    log,
  });
  const notifications = new JobNotifications(pool, log);
  return {
    jobs: new PostgresJobs(pool, newRequestId),
    leases: new PostgresJobLeases(pool, options.leaseMs ?? LEASE_MS),
    notifications,
    check: async () => {
      await pool.query("select 1");
    },
    close: async () => {
      await notifications.close();
      await pool.end();
    },
  };
}
