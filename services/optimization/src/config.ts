import { threadsBeside } from "@portfolio/platform/cpu-count";
import { EnvReader } from "@portfolio/platform/env-reader";
import type { LogLevel } from "@portfolio/platform/logger";

/** All that the service can be told from outside. Each field names its variable. */
export interface Config {
  /** `HOST`: address that both ports listen on. Default `127.0.0.1`. */
  readonly host: string;
  /** `GRPC_PORT`: TCP port for gRPC. Default 50052. */
  readonly port: number;
  /** `ADMIN_PORT`: TCP port for `/livez`, `/readyz` and `/metrics`. Default 9092. */
  readonly adminPort: number;
  /** `DATABASE_URL`, or the file that `DATABASE_URL_FILE` names: PostgreSQL. Required. */
  readonly databaseUrl: string;
  /** `DATA_URL`: the data service, as `dns:///host:port` or `host:port`. Required. */
  readonly dataUrl: string;
  /** `TRAINING_URL`: the training service, as `DATA_URL`. Default: forecasts are not available. */
  readonly trainingUrl: string | undefined;
  /** `SOLVER_THREADS`: threads that solve. Default: one less than there are cores, at least 1. */
  readonly solverThreads: number;
  /** `WORKER_KINDS`: kinds of jobs that this process does, such as `backtest`, or `none`. Default: all. */
  readonly workerKinds: readonly string[] | undefined;
  /** `AMQP_URL`, or the file that `AMQP_URL_FILE` names: RabbitMQ. Default: PostgreSQL alone. */
  readonly amqpUrl: string | undefined;
  /** `LOG_LEVEL`: least severe level that is written. Default `info`. */
  readonly logLevel: LogLevel;
  /** `DRAIN_TIMEOUT_MS`: time that calls under way have to finish. Default 10000. */
  readonly drainTimeoutMs: number;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** @throws {ConfigError} Names every variable that is missing or malformed, not only the first. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const read = new EnvReader(env);
  const trainingUrl = read.string("TRAINING_URL", { fallback: "none" });
  const kinds = read.list("WORKER_KINDS", { fallback: [] });
  const config = {
    host: read.string("HOST", { fallback: "127.0.0.1" }),
    port: read.integer("GRPC_PORT", { fallback: 50_052, min: 0, max: 65_535 }),
    adminPort: read.integer("ADMIN_PORT", { fallback: 9092, min: 0, max: 65_535 }),
    databaseUrl: read.url("DATABASE_URL", { protocols: ["postgres:", "postgresql:"] }),
    dataUrl: read.string("DATA_URL"),
    trainingUrl: trainingUrl === "none" ? undefined : trainingUrl,
    solverThreads: read.integer("SOLVER_THREADS", {
      fallback: threadsBeside(1),
      min: 1,
      max: 64,
    }),
    workerKinds: kinds.length === 0 ? undefined : kinds.filter((kind) => kind !== "none"),
    amqpUrl: read.optionalUrl("AMQP_URL", { protocols: ["amqp:", "amqps:"] }),
    logLevel: read.choice("LOG_LEVEL", LOG_LEVELS, { fallback: "info" }),
    drainTimeoutMs: read.integer("DRAIN_TIMEOUT_MS", { fallback: 10_000, min: 0, max: 600_000 }),
  };
  read.assertValid();
  return config;
}
