import { hostname } from "node:os";
import { join } from "node:path";
import type { Transport } from "@connectrpc/connect";
import type { JobKind } from "@portfolio/platform/jobs/job-kind";
import { attemptMetrics } from "@portfolio/platform/jobs/job-metrics";
import { JobWorker, wantedKinds } from "@portfolio/platform/jobs/job-worker";
import { openJobs } from "@portfolio/platform/jobs/open-jobs";
import type { Logger } from "@portfolio/platform/logger";
import { packageDirectory } from "@portfolio/platform/package-directory";
import { periodically } from "@portfolio/platform/periodically";
import { figureGauges } from "@portfolio/platform/postgres/figure-gauges";
import { migrate } from "@portfolio/platform/postgres/migrate";
import { createPool } from "@portfolio/platform/postgres/pool";
import type { Registration } from "@portfolio/platform/rpc/registration";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import { defaultModelsKind } from "./adapters/default-models-kind.ts";
import type { BackendOptions } from "./adapters/find-backend.ts";
import { MODEL_GAUGES } from "./adapters/model-metrics.ts";
import { monitoringKind } from "./adapters/monitoring-kind.ts";
import { REGISTRY_GAUGES } from "./adapters/registry-metrics.ts";
import { trainingKind } from "./adapters/training-kind.ts";
import { trialKind } from "./adapters/trial-kind.ts";
import { verificationKind } from "./adapters/verification-kind.ts";
import { type AlarmDeps, answerAlarms } from "./app/answer-alarms.ts";
import { settleExperiments } from "./app/experiments.ts";
import { type DefaultsDeps, lookAfterDefaults } from "./app/look-after-defaults.ts";
import { lookAfterStudies, type StudyCareDeps } from "./app/look-after-studies.ts";
import { prepareMonitoring } from "./app/prepare-monitoring.ts";
import type { TrainingSources } from "./app/prepare-training.ts";
import { runDueSchedules, type ScheduleDeps } from "./app/schedules.ts";
import { type Computing, openComputing } from "./computing.ts";
import { openForecasting } from "./forecasting.ts";
import { openStores } from "./open-stores.ts";
import { readRetrainingDraft } from "./rpc/convert/read-retraining-draft.ts";
import { routes } from "./rpc/routes.ts";
import { studySpec } from "./study-spec.ts";
import { defaultModelsWork, trainingWork, verificationWork } from "./training-work.ts";

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
  /** What computes networks. (Default: natively.) */
  readonly backend?: BackendOptions;
  /** Redis, to share forecasts with other processes. (Default: each process keeps its own.) */
  readonly redisUrl?: string | undefined;
  /** RabbitMQ, to hear of jobs from. (Default: PostgreSQL alone.) */
  readonly amqpUrl?: string | undefined;
  /** Where jobs are counted. (Default: nowhere.) */
  readonly metrics?: { readonly registry: Parameters<typeof attemptMetrics>[0] } | undefined;
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
const ALARMS_EVERY_MS = 1000;
const SCHEDULES_EVERY_MS = 1000;
/** Kinds of jobs that may train networks. */
const NETWORK_KINDS: ReadonlySet<string> = new Set(["training", "trial"]);

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
  const computing = openComputing({ ...options, backend: backendOf(options) });
  const deps = {
    ...forecasting,
    ...openStores(pool),
    ...{ jobs: jobs.jobs, workerUse: jobs.workerUse },
    newId: newRequestId,
    now: () => new Date().toISOString(),
    retrainingDraft: readRetrainingDraft,
    writeSpec: studySpec,
  };
  const worker = startWorker(options, jobs, [
    ...trainingKinds(forecasting, computing),
    forecasting.kind,
    monitoringKind((payload, signal) =>
      prepareMonitoring(deps, JSON.parse(Buffer.from(payload).toString("utf8")), signal),
    ),
  ]);
  if (options.metrics) {
    const gauges = [...REGISTRY_GAUGES, ...MODEL_GAUGES];
    figureGauges(options.metrics.registry, gauges, { pool, log });
  }
  const stopRecurring = doAgain(deps, log);
  return {
    registrations: routes(deps),
    checks: [
      {
        name: "training-database",
        check: async () => {
          await pool.query("select 1");
        },
      },
    ],
    close: async () => {
      await stopRecurring();
      await worker?.close();
      await computing.close();
      await forecasting.close();
      await jobs.close();
      await pool.end();
    },
  };
}

/** The jobs that train. */
function trainingKinds(
  { prices, registry }: Pick<TrainingSources, "prices" | "registry">,
  computing: Computing,
): JobKind[] {
  const sources = { prices, registry, networkBackend: computing.networkBackend };
  return [
    trainingKind(trainingWork(sources), computing),
    trialKind(trainingWork(sources), computing),
    defaultModelsKind(defaultModelsWork(sources)),
    verificationKind(verificationWork(sources)),
  ];
}

/** Tells what computes networks, if any are trained here. */
function backendOf({ workerKinds, backend }: TrainingServiceOptions): BackendOptions | undefined {
  const isTraining = workerKinds?.some((kind) => NETWORK_KINDS.has(kind)) ?? true;
  return isTraining ? (backend ?? { setting: "native" }) : undefined;
}

/** Looks again and again for what is to be done without being asked for. @returns Stops that. */
function doAgain(
  deps: AlarmDeps & DefaultsDeps & StudyCareDeps & ScheduleDeps,
  log: Logger,
): () => Promise<void> {
  const stops = [
    periodically("default models", DEFAULTS_EVERY_MS, () => lookAfterDefaults(deps), log),
    periodically("studies", DEFAULTS_EVERY_MS, () => lookAfterStudies(deps), log),
    periodically("experiments", EXPERIMENTS_EVERY_MS, () => settleExperiments(deps), log),
    periodically("alarms", ALARMS_EVERY_MS, () => answerAlarms(deps), log),
    periodically("schedules", SCHEDULES_EVERY_MS, () => runDueSchedules(deps), log),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

/** Starts to do jobs of the wanted kinds, if there is one. */
function startWorker(
  { workerKinds, jobsMax, log, metrics }: TrainingServiceOptions,
  jobs: Awaited<ReturnType<typeof openJobs>>,
  all: readonly JobKind[],
): JobWorker | undefined {
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
