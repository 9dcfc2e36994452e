// Builds the service from its configuration and runs it. Nothing else here has side effects on import.
import { join } from "node:path";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { packageDirectory } from "@portfolio/platform/package-directory";
import { processSignal } from "@portfolio/platform/process-signal";
import { HealthChecks } from "@portfolio/platform/rpc/health";
import { runService } from "@portfolio/platform/rpc/run-service";
import { loadConfig } from "./config.ts";
import { createDataService } from "./index.ts";

const config = loadConfig(process.env, join(packageDirectory(import.meta.url), "../../data"));
const log = createLogger({ name: "data", level: config.logLevel });
const service = await createDataService({ ...config, log });
const health = new HealthChecks();
for (const { name, check } of service.checks) {
  health.add(name, check);
}

await runService({
  area: "data",
  grpc: { host: config.host, port: config.port },
  admin: { host: config.host, port: config.adminPort },
  registrations: service.registrations,
  health,
  metrics: { registry: createMetricsRegistry("data") },
  log,
  defaultTimeoutMs: 30_000,
  maxTimeoutMs: 120_000,
  drainTimeoutMs: config.drainTimeoutMs,
  signal: processSignal(),
  onListening: (ports) => log.info(ports, "listening"),
});
await service.close();
