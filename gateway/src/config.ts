import { EnvReader } from "@portfolio/platform/env-reader";
import type { LogLevel } from "@portfolio/platform/logger";

const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;

/** What the gateway is told from outside, as a process of its own. */
export interface GatewayConfig {
  /** `HOST` (default 127.0.0.1). Any but a loopback address takes `API_KEYS`. */
  readonly host: string;
  /** `PORT` (default 8080). */
  readonly port: number;
  /** `DATA_URL`, such as `dns:///data:50051`. */
  readonly dataUrl: string;
  /** `OPTIMIZATION_URL`, such as `dns:///optimization:50051`. */
  readonly optimizationUrl: string;
  /** `JOBS_URL` (default: none, and then no jobs are served), such as `dns:///jobs:50051`. */
  readonly jobsUrl: string | undefined;
  /** `TRAINING_URL` (default: none, and then no models are served), such as `dns:///training:50051`. */
  readonly trainingUrl: string | undefined;
  /** `WEB_DIRECTORY` (default: no web page), where the built page is. */
  readonly webDirectory: string | undefined;
  /** `API_KEYS` or the file `API_KEYS_FILE` (default: none), separated by commas or lines. */
  readonly apiKeys: readonly string[];
  /** `ALLOWED_HOSTS` (default: none), names besides loopback ones, separated by commas. */
  readonly allowedHosts: readonly string[];
  /** `DRAIN_TIMEOUT_MS` (default 10000): milliseconds that calls have to finish at the end. */
  readonly drainTimeoutMs: number;
  /** `LOG_LEVEL` (default info). */
  readonly logLevel: LogLevel;
}

/** @throws {ConfigError} Variables are missing or malformed: names all of them. */
export function loadConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const reader = new EnvReader(env);
  const jobsUrl = reader.string("JOBS_URL", { fallback: "none" });
  const trainingUrl = reader.string("TRAINING_URL", { fallback: "none" });
  const webDirectory = reader.string("WEB_DIRECTORY", { fallback: "none" });
  const config: GatewayConfig = {
    host: reader.string("HOST", { fallback: "127.0.0.1" }),
    port: reader.integer("PORT", { fallback: 8080, min: 0, max: 65_535 }),
    dataUrl: reader.string("DATA_URL"),
    optimizationUrl: reader.string("OPTIMIZATION_URL"),
    jobsUrl: jobsUrl === "none" ? undefined : jobsUrl,
    trainingUrl: trainingUrl === "none" ? undefined : trainingUrl,
    webDirectory: webDirectory === "none" ? undefined : webDirectory,
    apiKeys: (reader.optionalSecret("API_KEYS") ?? "").split(/[,\s]+/).filter((key) => key !== ""),
    allowedHosts: reader.list("ALLOWED_HOSTS", { fallback: [] }),
    drainTimeoutMs: reader.integer("DRAIN_TIMEOUT_MS", {
      fallback: 10_000,
      min: 0,
      max: 3_600_000,
    }),
    logLevel: reader.choice("LOG_LEVEL", LOG_LEVELS, { fallback: "info" }),
  };
  reader.assertValid();
  return config;
}
