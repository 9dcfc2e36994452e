import type { Interceptor, ServiceImpl } from "@connectrpc/connect";
import pino from "pino";
import { Registry } from "prom-client";
import { type RunningGrpcServer, startGrpcServer } from "../rpc/grpc-server.ts";
import { HealthChecks } from "../rpc/health.ts";
import type { Registration } from "../rpc/registration.ts";
import { serverInterceptors } from "../rpc/server-interceptors.ts";
import type { EchoService } from "./transport-contract/echo-service.ts";
import { registerEcho } from "./transport-contract/spec.ts";

export interface TestServer extends RunningGrpcServer {
  readonly address: string;
  readonly health: HealthChecks;
  readonly registry: Registry;
  readonly interceptors: readonly Interceptor[];
  /** What was logged so far, parsed. */
  readonly logLines: LogLine[];
}

/** The fields of a log line that tests look at. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly method?: string;
  readonly code?: string;
  readonly durationMs?: number;
  readonly peer?: string;
}

/** Starts a gRPC server on a free port of this machine, with every interceptor. */
export async function startTestServer(
  registrations: readonly Registration[],
  options: { readonly messageBytesMax?: number; readonly port?: number } = {},
): Promise<TestServer> {
  const logLines: LogLine[] = [];
  const log = pino({ level: "debug" }, { write: (line) => void logLines.push(JSON.parse(line)) });
  const health = new HealthChecks();
  const registry = new Registry();
  const interceptors = serverInterceptors({
    area: "test",
    log,
    metrics: { registry },
    defaultTimeoutMs: 5000,
    maxTimeoutMs: 10_000,
  });
  const server = await startGrpcServer({
    host: "127.0.0.1",
    port: 0,
    registrations,
    interceptors,
    health,
    log,
    ...options,
  });
  return {
    ...server,
    address: `127.0.0.1:${server.port}`,
    health,
    registry,
    interceptors,
    logLines,
  };
}

/** Starts a gRPC server that serves `EchoService` with these handlers. */
export function startEchoServer(
  handlers: Partial<ServiceImpl<typeof EchoService>>,
  options: { readonly messageBytesMax?: number; readonly port?: number } = {},
): Promise<TestServer> {
  return startTestServer([registerEcho(handlers)], options);
}
