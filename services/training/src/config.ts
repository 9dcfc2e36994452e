import { resolve } from "node:path";
import { BACKEND_SETTINGS } from "@portfolio/backends";
import { threadsBeside } from "@portfolio/platform/cpu-count";
import { EnvReader } from "@portfolio/platform/env-reader";
import type { LogLevel } from "@portfolio/platform/logger";
import type { BackendOptions } from "./adapters/find-backend.ts";

/** All that the service can be told from outside. Each field names its variable. */
export interface Config {
  /** `HOST`: address that both ports listen on. Default `127.0.0.1`. */
  readonly host: string;
  /** `GRPC_PORT`: TCP port for gRPC. Default 50054. */
  readonly port: number;
  /** `ADMIN_PORT`: TCP port for `/livez`, `/readyz` and `/metrics`. Default 9094. */
  readonly adminPort: number;
  /** `DATABASE_URL`, or the file that `DATABASE_URL_FILE` names: PostgreSQL. Required. */
  readonly databaseUrl: string;
  /** `DATA_URL`: the data service, as `dns:///host:port` or `host:port`. Required. */
  readonly dataUrl: string;
  /** `TRAINING_JOBS`: jobs at a time. Default: the number of cores. */
  readonly jobsMax: number;
  /** `WORKER_KINDS`: kinds of jobs that this process does, such as `training`, or `none`. Default: all. */
  readonly workerKinds: readonly string[] | undefined;
  /** `ML_BACKEND`, `ML_BACKEND_PACKAGES`: what computes networks, and where its packages are. Default `native`. */
  readonly backend: BackendOptions;
  /** `REDIS_URL`, or the file that `REDIS_URL_FILE` names: Redis. Default: each process caches alone. */
  readonly redisUrl: string | undefined;
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
  const kinds = read.list("WORKER_KINDS", { fallback: [] });
  const config = {
    host: read.string("HOST", { fallback: "127.0.0.1" }),
    port: read.integer("GRPC_PORT", { fallback: 50_054, min: 0, max: 65_535 }),
    adminPort: read.integer("ADMIN_PORT", { fallback: 9094, min: 0, max: 65_535 }),
    databaseUrl: read.url("DATABASE_URL", { protocols: ["postgres:", "postgresql:"] }),
    dataUrl: read.string("DATA_URL"),
    jobsMax: read.integer("TRAINING_JOBS", { fallback: threadsBeside(0), min: 1, max: 64 }),
    backend: readBackend(read, env),
    workerKinds: kinds.length === 0 ? undefined : kinds.filter((kind) => kind !== "none"),
    redisUrl: read.optionalUrl("REDIS_URL", { protocols: ["redis:", "rediss:"] }),
    amqpUrl: read.optionalUrl("AMQP_URL", { protocols: ["amqp:", "amqps:"] }),
    logLevel: read.choice("LOG_LEVEL", LOG_LEVELS, { fallback: "info" }),
    drainTimeoutMs: read.integer("DRAIN_TIMEOUT_MS", { fallback: 10_000, min: 0, max: 600_000 }),
  };
  read.assertValid();
  return config;
}

/** Where drivers and their libraries are, and which GPU is meant: no secrets. */
const DRIVER_VARIABLES = [
  "PATH",
  "LD_LIBRARY_PATH",
  "CUDA_VISIBLE_DEVICES",
  "TF_FORCE_GPU_ALLOW_GROWTH",
  "VK_ICD_FILENAMES",
  "VK_DRIVER_FILES",
];

/** Reads what computes networks, and what its processes may know of the environment. */
export function readBackend(read: EnvReader, env: NodeJS.ProcessEnv): BackendOptions {
  const packages = read.optionalString("ML_BACKEND_PACKAGES");
  const entries = DRIVER_VARIABLES.map((name) => [name, env[name] ?? ""] as const);
  return {
    setting: read.choice("ML_BACKEND", BACKEND_SETTINGS, { fallback: "native" }),
    packagesDirectory: packages && resolve(packages),
    environment: Object.fromEntries(entries.filter(([, value]) => value !== "")),
  };
}
