import { publishMetrics, queueMetrics } from "@portfolio/platform/jobs/job-metrics";
import { openJobs } from "@portfolio/platform/jobs/open-jobs";
import type { Logger } from "@portfolio/platform/logger";
import type { Registration } from "@portfolio/platform/rpc/registration";
import { AmqpBroker } from "./adapters/amqp-broker.ts";
import { JobFeed } from "./app/job-feed.ts";
import { lookAfterJobs } from "./app/look-after-jobs.ts";
import { Relay } from "./app/relay.ts";
import { routes } from "./rpc/routes.ts";

export interface JobsServiceOptions {
  /** PostgreSQL, the same for all services. */
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Aborted when the process must stop: ends the streams of those who watch. */
  readonly shutdownSignal: AbortSignal;
  /** Time after which a stream that has nothing to say says so, in ms. (Default: 15000) */
  readonly idleMs?: number;
  /** RabbitMQ, to tell of jobs and events. (Default: PostgreSQL alone.) */
  readonly amqpUrl?: string | undefined;
  /** Age at which an ended job is moved to the archive, in days. (Default: 30) */
  readonly archiveAfterDays?: number;
  readonly metrics: { readonly registry: Parameters<typeof queueMetrics>[0] };
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
const ARCHIVE_AFTER_DAYS = 30;

/** Brings the table of jobs up to date and builds the service on it. */
export async function createJobsService(options: JobsServiceOptions): Promise<JobsService> {
  const { databaseUrl, amqpUrl, log, shutdownSignal, idleMs = IDLE_MS } = options;
  const { registry } = options.metrics;
  const open = await openJobs({ databaseUrl, applicationName: "jobs", log });
  const feed = new JobFeed(open, log);
  const stopLooking = lookAfterJobs(open, options.archiveAfterDays ?? ARCHIVE_AFTER_DAYS, log);
  const broker =
    amqpUrl === undefined
      ? undefined
      : new AmqpBroker({ url: amqpUrl, log, onOutcome: publishMetrics(registry) });
  const relay = new Relay({ source: open, broker, log });
  queueMetrics(registry, open.figures, broker && (() => broker.isConnected()));
  return {
    registrations: routes({ jobs: open.jobs, feed, shutdownSignal, idleMs }),
    checks: [{ name: "jobs-database", check: open.check }],
    close: async () => {
      await Promise.all([stopLooking(), relay.close()]);
      await broker?.close();
      await feed.close();
      await open.close();
    },
  };
}
