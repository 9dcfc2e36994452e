import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createJobsService } from "@portfolio/jobs";
import { type OpenJobs, openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "@portfolio/platform/postgres/embedded-postgres";
import { type RabbitmqServer, startRabbitmq } from "@portfolio/platform/testing/rabbitmq-server";
import type { HistoryEntry } from "./check-history.ts";

/** What a job does. See `fault-job.mjs`. */
export interface FaultWork {
  readonly steps: number;
  readonly stepMs: number;
  readonly dieAtStep?: number;
  readonly diesAlways?: boolean;
}

const WORKER = fileURLToPath(new URL("./fault-worker.mjs", import.meta.url));
const log = createLogger({ name: "test", level: "silent" });

/** PostgreSQL, RabbitMQ, the jobs service and workers as processes, all of which a test may kill. */
export interface FaultSystem {
  readonly rabbitmq: RabbitmqServer;
  readonly open: OpenJobs;
  readonly databaseUrl: string;
  /** Asks for a job until that is acknowledged: repetitions are one job. @returns Its identifier. */
  accept(work: FaultWork): Promise<string>;
  startWorker(): ChildProcess;
  /** Kills the database, which comes back by itself. */
  killDatabase(): void;
  history(): Promise<HistoryEntry[]>;
  stop(): Promise<void>;
}

/** @param settings - Of RabbitMQ. */
export async function startFaultSystem(settings: readonly string[]): Promise<FaultSystem> {
  const home = await mkdtemp(join(tmpdir(), "portfolio-faults-"));
  await chmod(home, 0o711);
  const [database, rabbitmq] = await Promise.all([
    startEmbeddedPostgres({ homeDirectory: home, log }),
    startRabbitmq(settings),
  ]);
  const { url: databaseUrl } = database;
  const amqpUrl = rabbitmq.url;
  const service = await createJobsService({
    databaseUrl,
    amqpUrl,
    log,
    metrics: { registry: createMetricsRegistry("jobs") },
    shutdownSignal: new AbortController().signal,
  });
  const open = await openJobs({ databaseUrl, applicationName: "test", log });
  await open.pool.query(`
    create table public.history (
      number bigserial primary key, event text, job_id uuid, fence bigint, detail text)`);
  const workers: ChildProcess[] = [];
  return {
    rabbitmq,
    open,
    databaseUrl,
    accept: (work) => accept(open, work),
    startWorker: () => {
      const name = `worker ${workers.length}`;
      const worker = spawn(process.execPath, [WORKER, databaseUrl, amqpUrl, name], {
        stdio: "inherit",
      });
      workers.push(worker);
      return worker;
    },
    killDatabase: () => killServer(database),
    history: () => readHistory(open),
    stop: async () => {
      for (const worker of workers) worker.kill("SIGKILL");
      await service.close();
      await open.close();
      await Promise.all([database.stop(), rabbitmq.remove()]);
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

let acceptedCount = 0;

async function accept({ jobs, pool }: OpenJobs, work: FaultWork): Promise<string> {
  const idempotencyKey = `job ${acceptedCount++}`;
  const payload = Buffer.from(JSON.stringify(work));
  const { id } = await untilItWorks(() => jobs.enqueue({ kind: "fault", payload, idempotencyKey }));
  await untilItWorks(() =>
    pool.query("insert into public.history (event, job_id, fence) values ('accept', $1, 0)", [id]),
  );
  return id;
}

/** Tries again while the database is away. */
export async function untilItWorks<Result>(act: () => Promise<Result>): Promise<Result> {
  const endMs = performance.now() + 60_000;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function killServer({ pid }: EmbeddedPostgres): void {
  process.kill(pid, "SIGKILL");
}

async function readHistory({ pool }: OpenJobs): Promise<HistoryEntry[]> {
  const { rows } = await pool.query<{ event: HistoryEntry["event"]; id: string; fence: number }>(
    "select event, job_id as id, fence from public.history order by number",
  );
  return rows.map(({ event, id, fence }) => ({ event, jobId: id, fence }));
}
