import { resolve } from "node:path";
import { threadsBeside } from "@portfolio/platform/cpu-count";
import { EnvReader } from "@portfolio/platform/env-reader";
import type { LogLevel } from "@portfolio/platform/logger";
import { type BackendOptions, readBackend } from "@portfolio/training";

export interface LocalConfig {
  /** `HOST`: address of the gateway. Default `127.0.0.1`; any address off loopback needs `API_KEYS`. */
  readonly host: string;
  /** `PORT`: port of the gateway. Default 8080. */
  readonly port: number;
  /** `PORTFOLIO_HOME`: folder of the embedded database and the caches. Default `.portfolio`. */
  readonly homeDirectory: string;
  /** `DATABASE_URL`: PostgreSQL server to use. Default: an embedded one under the home folder. */
  readonly databaseUrl: string | undefined;
  /** `AMQP_URL`: RabbitMQ server to tell of jobs and events. Default: PostgreSQL does. */
  readonly amqpUrl: string | undefined;
  /** `REDIS_URL`: Redis server to keep forecasts in. Default: this process keeps its own. */
  readonly redisUrl: string | undefined;
  /** `DATA_GRPC_PORT`: gRPC port of the data service. Default 50051, or a free port when that is taken. */
  readonly dataGrpcPort: number | undefined;
  /** `OPTIMIZATION_GRPC_PORT`: gRPC port of the optimization service. Default 50052, or a free port when taken. */
  readonly optimizationGrpcPort: number | undefined;
  /** `JOBS_GRPC_PORT`: gRPC port of the jobs service. Default 50053, or a free port when taken. */
  readonly jobsGrpcPort: number | undefined;
  /** `TRAINING_GRPC_PORT`: gRPC port of the training service. Default 50054, or a free port when taken. */
  readonly trainingGrpcPort: number | undefined;
  /** `TRAINING_JOBS`: jobs of the training service at a time. Default: the number of cores. */
  readonly trainingJobs: number;
  /** `ML_BACKEND`, `ML_BACKEND_PACKAGES`: what computes networks. Default `native`. */
  readonly backend: BackendOptions;
  /** `SOLVER_THREADS`: worker threads for solves. Default: the number of cores less one, at least 1. */
  readonly solverThreads: number;
  /** `API_KEYS` or `API_KEYS_FILE`: comma-separated keys that callers must send as bearer token. Default: none. */
  readonly apiKeys: readonly string[];
  /** `LOG_LEVEL`: `trace`, `debug`, `info`, `warn`, `error` or `silent`. Default `warn`. */
  readonly logLevel: LogLevel;
}

const GATEWAY_PORT = 8080;
const PORT_MAX = 65_535;
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;

/**
 * Reads the configuration of the all-in-one process.
 *
 * @throws {ConfigError} With every problem at once.
 */
export function loadConfig(env: NodeJS.ProcessEnv): LocalConfig {
  const read = new EnvReader(env);
  const port = (name: string) =>
    env[name] ? read.integer(name, { fallback: 0, min: 0, max: PORT_MAX }) : undefined;
  const config: LocalConfig = {
    host: read.string("HOST", { fallback: "127.0.0.1" }),
    port: read.integer("PORT", { fallback: GATEWAY_PORT, min: 0, max: PORT_MAX }),
    homeDirectory: resolve(read.string("PORTFOLIO_HOME", { fallback: ".portfolio" })),
    databaseUrl: read.optionalUrl("DATABASE_URL", { protocols: ["postgres:", "postgresql:"] }),
    amqpUrl: read.optionalUrl("AMQP_URL", { protocols: ["amqp:", "amqps:"] }),
    redisUrl: read.optionalUrl("REDIS_URL", { protocols: ["redis:", "rediss:"] }),
    dataGrpcPort: port("DATA_GRPC_PORT"),
    optimizationGrpcPort: port("OPTIMIZATION_GRPC_PORT"),
    jobsGrpcPort: port("JOBS_GRPC_PORT"),
    trainingGrpcPort: port("TRAINING_GRPC_PORT"),
    trainingJobs: read.integer("TRAINING_JOBS", { fallback: threadsBeside(0), min: 1, max: 64 }),
    backend: readBackend(read, env),
    solverThreads: read.integer("SOLVER_THREADS", {
      fallback: threadsBeside(1),
      min: 1,
      max: 64,
    }),
    apiKeys: (read.optionalSecret("API_KEYS") ?? "").split(/[\s,]+/).filter((key) => key !== ""),
    logLevel: read.choice("LOG_LEVEL", LOG_LEVELS, { fallback: "warn" }),
  };
  read.assertValid();
  return config;
}
