import { createDataService } from "@portfolio/data";
import { type Backend, startGateway } from "@portfolio/gateway";
import { createJobsService } from "@portfolio/jobs";
import { createOptimizationService } from "@portfolio/optimization";
import type { Logger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { startEmbeddedPostgres } from "@portfolio/platform/postgres/embedded-postgres";
import { createTrainingService } from "@portfolio/training";
import type { LocalConfig } from "./config.ts";
import { folders } from "./folders.ts";
import { type HostedService, hostService, type Metrics, type Service } from "./host-service.ts";
import { StartClock } from "./start-clock.ts";

interface SystemOptions {
  readonly config: LocalConfig;
  readonly log: Logger;
  /** Aborted when the system must stop. Requests under way may finish. */
  readonly shutdownSignal: AbortSignal;
  /** Shows a line to the person who started the system. */
  readonly print: (line: string) => void;
}

/** What the parts share while they start. */
interface Start extends SystemOptions {
  readonly metrics: Metrics;
  readonly clock: StartClock;
  /** Stops what has started, the newest first. */
  readonly closers: ((drainMs: () => number) => Promise<void>)[];
}

/** Time that requests under way have to finish, all ports together: the person at the keyboard waits. */
const DRAIN_TIMEOUT_MS = 2000;
const DATA_GRPC_PORT = 50_051;
const OPTIMIZATION_GRPC_PORT = 50_052;
const JOBS_GRPC_PORT = 50_053;
const TRAINING_GRPC_PORT = 50_054;

/** Starts every part in the order of its needs, serves until the signal aborts, and stops them in reverse. */
export async function runSystem(options: SystemOptions): Promise<void> {
  const start: Start = {
    ...options,
    metrics: { registry: createMetricsRegistry("local") },
    clock: new StartClock(),
    closers: [],
  };
  try {
    const databaseUrl = await startDatabase(start);
    const data = await startData(start, databaseUrl);
    const training = await startTraining(start, databaseUrl, data);
    const optimization = await startOptimization(start, databaseUrl, { data, training });
    const jobs = await startJobs(start, databaseUrl);
    const services = [data, optimization, jobs, training];
    const url = await startFrontDoor(start, services);
    announce(start, url, services);
    await untilAborted(options.shutdownSignal);
    options.print("Stopping …");
  } finally {
    const drainEnd = performance.now() + DRAIN_TIMEOUT_MS;
    const drainMs = () => Math.max(0, drainEnd - performance.now());
    for (const close of start.closers.reverse()) await close(drainMs);
  }
}

async function startDatabase({ config, log, clock, closers }: Start): Promise<string> {
  if (config.databaseUrl !== undefined) return config.databaseUrl;
  const database = await clock.time("database", () =>
    startEmbeddedPostgres({ homeDirectory: config.homeDirectory, log }),
  );
  closers.push(() => database.stop());
  return database.url;
}

async function startData(start: Start, databaseUrl: string): Promise<HostedService> {
  const { config, log, clock } = start;
  const service = await clock.time("data", () =>
    createDataService({
      databaseUrl,
      homeDirectory: config.homeDirectory,
      sampleDirectory: folders.sample,
      log: log.child({ area: "data" }),
    }),
  );
  return await host(start, "data", service, config.dataGrpcPort, DATA_GRPC_PORT);
}

async function startOptimization(
  start: Start,
  databaseUrl: string,
  { data, training }: { readonly data: HostedService; readonly training: HostedService },
): Promise<HostedService> {
  const { config, log, metrics, clock } = start;
  const service = await clock.time("optimization", () =>
    createOptimizationService({
      databaseUrl,
      dataTransport: data.transport,
      trainingTransport: training.transport,
      amqpUrl: config.amqpUrl,
      metrics,
      log: log.child({ area: "optimization" }),
      solverThreads: config.solverThreads,
    }),
  );
  const { optimizationGrpcPort } = config;
  return await host(start, "optimization", service, optimizationGrpcPort, OPTIMIZATION_GRPC_PORT);
}

async function startJobs(start: Start, databaseUrl: string): Promise<HostedService> {
  const { config, log, metrics, clock, shutdownSignal } = start;
  const { amqpUrl } = config;
  const service = await clock.time("jobs", () =>
    createJobsService({
      databaseUrl,
      amqpUrl,
      metrics,
      shutdownSignal,
      log: log.child({ area: "jobs" }),
    }),
  );
  return await host(start, "jobs", service, config.jobsGrpcPort, JOBS_GRPC_PORT);
}

async function startTraining(
  start: Start,
  databaseUrl: string,
  data: HostedService,
): Promise<HostedService> {
  const { config, log, metrics, clock } = start;
  const service = await clock.time("training", () =>
    createTrainingService({
      databaseUrl,
      dataTransport: data.transport,
      amqpUrl: config.amqpUrl,
      redisUrl: config.redisUrl,
      metrics,
      log: log.child({ area: "training" }),
      jobsMax: config.trainingJobs,
      backend: config.backend,
    }),
  );
  return await host(start, "training", service, config.trainingGrpcPort, TRAINING_GRPC_PORT);
}

async function host(
  { log, metrics, closers }: Start,
  name: string,
  service: Service & { close(): Promise<void> },
  port: number | undefined,
  defaultPort: number,
): Promise<HostedService> {
  closers.push(() => service.close());
  const hosted = await hostService({ name, service, port, defaultPort, log, metrics });
  closers.push((drainMs) => hosted.drain(drainMs()));
  return hosted;
}

async function startFrontDoor(start: Start, services: readonly HostedService[]): Promise<string> {
  const { config, log, metrics, clock, closers } = start;
  const backends = services.map(
    ({ name, services: offered, transport }): Backend => ({
      name,
      services: offered,
      transport,
    }),
  );
  const gateway = await clock.time("gateway", () =>
    startGateway({
      host: config.host,
      port: config.port,
      backends,
      webDirectory: folders.web,
      apiKeys: config.apiKeys,
      log: log.child({ area: "gateway" }),
      metrics,
      version: folders.version,
    }),
  );
  closers.push((drainMs) => gateway.drain(drainMs()));
  return gateway.url;
}

function announce(
  { print, clock, config }: Start,
  url: string,
  services: readonly HostedService[],
): void {
  print(`Ready in ${clock.totalSeconds()} s (${clock.summary()})`);
  print("");
  print(`  Open ${url}`);
  for (const { name, address } of services) print(`  ${name} gRPC ${address}`);
  print(`  Data in ${config.databaseUrl === undefined ? config.homeDirectory : "your PostgreSQL"}`);
  print("");
  print("Stop with Ctrl-C.");
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
