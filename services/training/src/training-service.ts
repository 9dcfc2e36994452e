import { hostname } from "node:os";
import { join } from "node:path";
import type { Transport } from "@connectrpc/connect";
import { attemptMetrics } from "@portfolio/platform/jobs/job-metrics";
import { JobWorker, wantedKinds } from "@portfolio/platform/jobs/job-worker";
import { openJobs } from "@portfolio/platform/jobs/open-jobs";
import type { Logger } from "@portfolio/platform/logger";
import { packageDirectory } from "@portfolio/platform/package-directory";
import { periodically } from "@portfolio/platform/periodically";
import { migrate } from "@portfolio/platform/postgres/migrate";
import { createPool } from "@portfolio/platform/postgres/pool";
import type { Registration } from "@portfolio/platform/rpc/registration";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import { defaultModelsKind } from "./adapters/default-models-kind.ts";
import { PostgresDefaultRuns } from "./adapters/postgres-default-runs.ts";
import { PostgresExperimentStore } from "./adapters/postgres-experiment-store.ts";
import { trainingKind } from "./adapters/training-kind.ts";
import { settleExperiments } from "./app/experiments.ts";
import { lookAfterDefaults } from "./app/look-after-defaults.ts";
import { type Forecasting, openForecasting } from "./forecasting.ts";
import { routes } from "./rpc/routes.ts";
import { defaultModelsWork, trainingWork, type WorkDeps } from "./training-work.ts";

export interface TrainingServiceOptions {
  /** PostgreSQL, where models are kept. */
  readonly databaseUrl: string;
  /** Reaches the data service. Left open by `close`. */
  readonly dataTransport: Transport;
  readonly log: Logger;
  /** Jobs at a time, at least 1. */
  readonly jobsMax: number;
  /** Kinds of jobs to do here. (Default: all that this service has.) */
  readonly workerKinds?: readonly string[] | undefined;
  /** Threads that forecast while somebody waits. (Default: 1) */
  readonly forecastThreads?: number;
  /** Redis, to share forecasts with other processes. (Default: each process keeps its own.) */
  readonly redisUrl?: string | undefined;
  /** RabbitMQ, to hear of jobs from. (Default: PostgreSQL alone.) */
  readonly amqpUrl?: string | undefined;
  /** Where jobs are counted. (Default: nowhere.) */
  readonly metrics?: { readonly registry: Parameters<typeof attemptMetrics>[0] };
}

/** The service, ready to be served. */
export interface TrainingService {
  readonly registrations: readonly Registration[];
  /** Decide whether the service can do its work. */
  readonly checks: readonly {
    readonly name: string;
    readonly check: (signal: AbortSignal) => Promise<void>;
  }[];
  /** Hands jobs under way back and ends database connections. */
  close(): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 30_000;
const DEFAULTS_EVERY_MS = 500;
const EXPERIMENTS_EVERY_MS = 60_000;

/** Brings the database up to date and builds the service on it. */
export async function createTrainingService(
  options: TrainingServiceOptions,
): Promise<TrainingService> {
  const { databaseUrl, dataTransport, log, amqpUrl } = options;
  const directory = join(packageDirectory(import.meta.url), "migrations");
  await migrate({ url: databaseUrl, schema: "training", directory, log });
  const pool = createPool({
    url: databaseUrl,
    applicationName: "training",
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    log,
  });
  const jobs = await openJobs({ databaseUrl, applicationName: "training jobs", log, amqpUrl });
  const forecasting = openForecasting({
    ...{ pool, dataTransport, log },
    threads: options.forecastThreads ?? 1,
    redisUrl: options.redisUrl,
    metrics: options.metrics?.registry,
  });
  const { prices, registry } = forecasting;
  const runs = new PostgresDefaultRuns(pool);
  const experiments = new PostgresExperimentStore(pool);
  const worker = startWorker(options, jobs, { prices, registry }, forecasting);
  const stopDefaults = periodically(
    "default models",
    DEFAULTS_EVERY_MS,
    () => lookAfterDefaults({ runs, jobs: jobs.jobs }),
    log,
  );
  const stopSettling = periodically(
    "experiments",
    EXPERIMENTS_EVERY_MS,
    async () => {
      await settleExperiments({ registry, experiments, newId: newRequestId });
    },
    log,
  );
  return {
    registrations: routes({
      ...forecasting,
      ...{ runs, experiments },
      jobs: jobs.jobs,
      newId: newRequestId,
    }),
    checks: [
      {
        name: "training-database",
        check: async () => {
          await pool.query("select 1");
        },
      },
    ],
    close: async () => {
      await Promise.all([stopDefaults(), stopSettling()]);
      await worker?.close();
      await forecasting.close();
      await jobs.close();
      await pool.end();
    },
  };
}

/** Starts to do jobs of the wanted kinds, if there is one. */
function startWorker(
  { workerKinds, jobsMax, log, metrics }: TrainingServiceOptions,
  jobs: Awaited<ReturnType<typeof openJobs>>,
  work: WorkDeps,
  forecasting: Forecasting,
): JobWorker | undefined {
  const all = [
    trainingKind(trainingWork(work)),
    defaultModelsKind(defaultModelsWork(work)),
    forecasting.kind,
  ];
  const kinds = wantedKinds(all, workerKinds);
  if (kinds.length === 0) {
    return undefined;
  }
  return new JobWorker({
    jobs,
    pointers: jobs.pointers,
    kinds,
    jobsMax,
    name: `training@${hostname()}`,
    log,
    onAttemptEnd: metrics && attemptMetrics(metrics.registry),
  });
}
