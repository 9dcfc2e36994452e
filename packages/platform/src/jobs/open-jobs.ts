import { join } from "node:path";
import { consumeAmqpEvents } from "../amqp/amqp-event-consumer.ts";
import { AmqpJobPointers } from "../amqp/amqp-job-pointers.ts";
import type { EventConsumer } from "../events/event-consumer.ts";
import { EventOutbox } from "../events/event-outbox.ts";
import { PostgresEventConsumer, REPLAY_EVENTS } from "../events/postgres-event-consumer.ts";
import type { Logger } from "../logger.ts";
import { packageDirectory } from "../package-directory.ts";
import { migrate } from "../postgres/migrate.ts";
import { createPool, type Pool } from "../postgres/pool.ts";
import { newRequestId } from "../rpc/request-id.ts";
import { JobArchive } from "./job-archive.ts";
import { JobDispatches } from "./job-dispatches.ts";
import { type QueueFigures, readQueueFigures } from "./job-figures.ts";
import type { JobLeases } from "./job-leases.ts";
import { JobNotifications } from "./job-notifications.ts";
import type { JobPointers } from "./job-pointers.ts";
import { TENANT_ID } from "./job-table.ts";
import type { Jobs } from "./jobs.ts";
import { PostgresJobLeases } from "./postgres-job-leases.ts";
import { PostgresJobs } from "./postgres-jobs.ts";
import { WorkerPresence } from "./worker-presence.ts";
import { readWorkerUse, type WorkerUse } from "./worker-use.ts";

export interface OpenJobsOptions {
  /** PostgreSQL, the same for all services. */
  readonly databaseUrl: string;
  /** Shown in `pg_stat_activity`, such as `optimization jobs`. */
  readonly applicationName: string;
  readonly log: Logger;
  /** Time after which a silent worker has lost its jobs, in ms. (Default: 30000) */
  readonly leaseMs?: number;
  /** RabbitMQ, to hear of jobs and events from. (Default: PostgreSQL alone.) */
  readonly amqpUrl?: string | undefined;
}

/** The jobs of all services, connected. */
export interface OpenJobs {
  /** Of the one tenant that there is while callers are not told apart. */
  readonly jobs: Jobs;
  /** Those of a tenant of its own. */
  jobsOf(tenantId: string): Jobs;
  readonly leases: JobLeases;
  readonly notifications: JobNotifications;
  /** Shows that a worker is alive. */
  enter(workerName: string): WorkerPresence;
  /** What a broker is to be told. */
  readonly dispatches: JobDispatches;
  readonly archive: JobArchive;
  figures(): Promise<QueueFigures>;
  /** How busy workers were in the last hours. */
  workerUse(hourCount: number): Promise<readonly WorkerUse[]>;
  /** Events that are to be published. */
  readonly outbox: EventOutbox;
  /** Hears of jobs from the broker. Nothing without one. */
  readonly pointers: JobPointers | undefined;
  /** Starts to hand events to a consumer. */
  consume(consumer: EventConsumer): { close(): Promise<void> };
  /** Has events tried again that a consumer without a broker could not handle. @returns How many. */
  replayEvents(): Promise<number>;
  readonly pool: Pool;
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
  const { databaseUrl, applicationName, log, amqpUrl } = options;
  await migrateJobs(databaseUrl, log);
  const pool = createPool({
    url: databaseUrl,
    applicationName,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    log,
  });
  const notifications = new JobNotifications(pool, log);
  const jobsOf = (tenantId: string) => new PostgresJobs(pool, tenantId, newRequestId);
  return {
    jobs: jobsOf(TENANT_ID),
    jobsOf,
    leases: new PostgresJobLeases(pool, options.leaseMs ?? LEASE_MS),
    notifications,
    enter: (workerName) => new WorkerPresence(pool, workerName, log),
    dispatches: new JobDispatches(pool),
    archive: new JobArchive(pool),
    figures: () => readQueueFigures(pool),
    workerUse: (hourCount) => readWorkerUse(pool, TENANT_ID, hourCount),
    outbox: new EventOutbox(pool),
    pointers: amqpUrl === undefined ? undefined : new AmqpJobPointers({ url: amqpUrl, log }),
    consume: (consumer) => {
      const hasBroker = amqpUrl !== undefined;
      const here = new PostgresEventConsumer(consumer, { pool, notifications, hasBroker });
      const there = hasBroker ? consumeAmqpEvents(consumer, { url: amqpUrl, pool }) : undefined;
      return { close: async () => void (await Promise.all([here.close(), there?.close()])) };
    },
    replayEvents: async () => (await pool.query(REPLAY_EVENTS)).rowCount ?? 0,
    pool,
    check: async () => {
      await pool.query("select 1");
    },
    close: async () => {
      await notifications.close();
      await pool.end();
    },
  };
}

/** Brings the tables of jobs and events up to date, for those who only record events. */
export async function migrateJobs(databaseUrl: string, log: Logger): Promise<void> {
  const directory = join(packageDirectory(import.meta.url), "migrations", "jobs");
  await migrate({ url: databaseUrl, schema: "jobs", directory, log });
}
