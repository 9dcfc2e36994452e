// Builds the service from its configuration and runs it. Nothing else here has side effects on import.
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { processSignal } from "@portfolio/platform/process-signal";
import { HealthChecks } from "@portfolio/platform/rpc/health";
import { openTransport } from "@portfolio/platform/rpc/open-transport";
import { runService } from "@portfolio/platform/rpc/run-service";
import { loadConfig } from "./config.ts";
import { createOptimizationService } from "./index.ts";

const config = loadConfig(process.env);
const log = createLogger({ name: "optimization", level: config.logLevel });
const dataTransport = openTransport(config.dataUrl, undefined);
const trainingTransport = config.trainingUrl
  ? openTransport(config.trainingUrl, undefined)
  : undefined;
const metrics = { registry: createMetricsRegistry("optimization") };
const service = await createOptimizationService({
  ...config,
  ...{ dataTransport, trainingTransport, log, metrics },
});
const health = new HealthChecks();
for (const { name, check } of service.checks) {
  health.add(name, check);
}

await runService({
  area: "optimization",
  grpc: { host: config.host, port: config.port },
  admin: { host: config.host, port: config.adminPort },
  registrations: service.registrations,
  health,
  metrics,
  log,
  defaultTimeoutMs: 30_000,
  maxTimeoutMs: 120_000,
  drainTimeoutMs: config.drainTimeoutMs,
  signal: processSignal(),
  onListening: (ports) => log.info(ports, "listening"),
});
await service.close();
dataTransport.close();
trainingTransport?.close();
