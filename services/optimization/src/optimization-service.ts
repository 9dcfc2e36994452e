import { hostname } from "node:os";
import { join } from "node:path";
import type { Transport } from "@connectrpc/connect";
import { type Clock, systemClock } from "@portfolio/platform/clock";
import { attemptMetrics } from "@portfolio/platform/jobs/job-metrics";
import { JobWorker, wantedKinds } from "@portfolio/platform/jobs/job-worker";
import { openJobs } from "@portfolio/platform/jobs/open-jobs";
import type { Logger } from "@portfolio/platform/logger";
import { packageDirectory } from "@portfolio/platform/package-directory";
import { migrate } from "@portfolio/platform/postgres/migrate";
import { createPool, type Pool } from "@portfolio/platform/postgres/pool";
import { GrpcPriceHistory } from "@portfolio/platform/prices/grpc-price-history";
import type { Registration } from "@portfolio/platform/rpc/registration";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import { backtestKind } from "./adapters/backtest-kind.ts";
import { openForecasts } from "./adapters/grpc-forecasts.ts";
import { PostgresBacktestStore } from "./adapters/postgres-backtest-store.ts";
import { PostgresPortfolioStore } from "./adapters/postgres-portfolio-store.ts";
import { PostgresRebalanceStore } from "./adapters/postgres-rebalance-store.ts";
import { WorkerSolver } from "./adapters/worker-solver.ts";
import { backtestWork } from "./backtest-work.ts";
import { routes } from "./rpc/routes.ts";

export interface OptimizationServiceOptions {
  /** PostgreSQL, where portfolios are kept. */
  readonly databaseUrl: string;
  /** Reaches the data service. Left open by `close`. */
  readonly dataTransport: Transport;
  /** Reaches the training service. Left open by `close`. (Default: there are no forecasts.) */
  readonly trainingTransport?: Transport | undefined;
  readonly log: Logger;
  /** Threads that solve, and most backtests at a time, at least 1. */
  readonly solverThreads: number;
  /** Kinds of jobs to do here. (Default: all that this service has.) */
  readonly workerKinds?: readonly string[] | undefined;
  /** RabbitMQ, to hear of jobs from. (Default: PostgreSQL alone.) */
  readonly amqpUrl?: string | undefined;
  /** Where jobs are counted. (Default: nowhere.) */
  readonly metrics?: { readonly registry: Parameters<typeof attemptMetrics>[0] };
  /** (Default: the computer's clock.) */
  readonly clock?: Clock;
}

/** The service, ready to be served. */
export interface OptimizationService {
  readonly registrations: readonly Registration[];
  /** Decide whether the service can do its work. */
  readonly checks: readonly {
    readonly name: string;
    readonly check: (signal: AbortSignal) => Promise<void>;
  }[];
  /** Ends solver threads and database connections. */
  close(): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 10_000;
const SOLVE_DEADLINE_MS = 120_000;
const PANEL_CACHE_BYTES = 256 * 1024 * 1024;
/** Tasks that wait per thread: together a few seconds of work of the usual size. */
const QUEUE_PER_THREAD = 32;

/** Brings the database up to date and builds the service on it. */
export async function createOptimizationService(
  options: OptimizationServiceOptions,
): Promise<OptimizationService> {
  const { databaseUrl, dataTransport, log, solverThreads, amqpUrl, metrics } = options;
  const directory = join(packageDirectory(import.meta.url), "migrations");
  await migrate({ url: databaseUrl, schema: "optimization", directory, log });
  const pool = createPool({
    url: databaseUrl,
    applicationName: "optimization",
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    log,
  });
  const jobs = await openJobs({ databaseUrl, applicationName: "optimization jobs", log, amqpUrl });
  const prices = new GrpcPriceHistory(dataTransport, { cacheBytesMax: PANEL_CACHE_BYTES });
  const forecasts = openForecasts(options.trainingTransport);
  const backtests = new PostgresBacktestStore(pool);
  const kind = backtestKind(backtestWork({ prices, forecasts, backtests }));
  const kinds = wantedKinds([kind], options.workerKinds);
  const worker =
    kinds.length === 0
      ? undefined
      : new JobWorker({
          jobs,
          pointers: jobs.pointers,
          kinds,
          jobsMax: solverThreads,
          name: `optimization@${hostname()}`,
          log,
          onAttemptEnd: metrics && attemptMetrics(metrics.registry),
        });
  const solver = new WorkerSolver({
    threads: solverThreads,
    queueMax: solverThreads * QUEUE_PER_THREAD,
    deadlineMs: SOLVE_DEADLINE_MS,
  });
  return {
    registrations: routes({
      prices,
      solver,
      forecasts,
      backtests,
      jobs: jobs.jobs,
      ...portfolioStores(pool),
      clock: options.clock ?? systemClock,
      newId: newRequestId,
    }),
    checks: [
      {
        name: "optimization-database",
        check: async () => {
          await pool.query("select 1");
        },
      },
    ],
    close: async () => {
      await worker?.close();
      await jobs.close();
      await solver.close();
      await pool.end();
    },
  };
}

function portfolioStores(pool: Pool) {
  return {
    portfolios: new PostgresPortfolioStore(pool),
    rebalances: new PostgresRebalanceStore(pool),
  };
}
