// Builds the service from its configuration and runs it. Nothing else here has side effects on import.
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { processSignal } from "@portfolio/platform/process-signal";
import { HealthChecks } from "@portfolio/platform/rpc/health";
import { runService } from "@portfolio/platform/rpc/run-service";
import { loadConfig } from "./config.ts";
import { createJobsService } from "./index.ts";

const config = loadConfig(process.env);
const log = createLogger({ name: "jobs", level: config.logLevel });
const signal = processSignal();
const metrics = { registry: createMetricsRegistry("jobs") };
const service = await createJobsService({ ...config, log, metrics, shutdownSignal: signal });
const health = new HealthChecks();
for (const { name, check } of service.checks) {
  health.add(name, check);
}

await runService({
  area: "jobs",
  grpc: { host: config.host, port: config.port },
  admin: { host: config.host, port: config.adminPort },
  registrations: service.registrations,
  health,
  metrics,
  log,
  defaultTimeoutMs: 10_000,
  maxTimeoutMs: 60_000,
  drainTimeoutMs: config.drainTimeoutMs,
  signal,
  onListening: (ports) => log.info(ports, "listening"),
});
await service.close();
