import type { DescService } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import type { Logger } from "@portfolio/platform/logger";
import { startGrpcServer } from "@portfolio/platform/rpc/grpc-server";
import { HealthChecks, healthRegistration } from "@portfolio/platform/rpc/health";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import type { Registration } from "@portfolio/platform/rpc/registration";
import { serverInterceptors } from "@portfolio/platform/rpc/server-interceptors";

/** Where every part registers its figures. */
export type Metrics = Parameters<typeof serverInterceptors>[0]["metrics"];

/** What every service package hands to whoever runs it. */
export interface Service {
  readonly registrations: readonly Registration[];
  readonly checks: readonly { name: string; check(signal: AbortSignal): Promise<void> }[];
}

interface HostOptions {
  readonly name: string;
  readonly service: Service;
  /** Port that the user asked for; `undefined` tries `defaultPort`, then any free one. */
  readonly port: number | undefined;
  readonly defaultPort: number;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** A service that runs in this process, reachable in memory and over its own gRPC port. */
export interface HostedService {
  readonly name: string;
  readonly services: readonly DescService[];
  /** Calls it in memory, through the same interceptors as over gRPC. */
  readonly transport: Transport;
  /** `host:port` of its gRPC port. */
  readonly address: string;
  drain(timeoutMs: number): Promise<void>;
}

const GRPC_HOST = "127.0.0.1";
const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_TIMEOUT_MS = 300_000;

/** Opens a service's gRPC port and a transport that calls it in memory. */
export async function hostService(options: HostOptions): Promise<HostedService> {
  const { name, service, log, metrics } = options;
  const services = service.registrations.map((registration) => registration.service);
  const health = new HealthChecks();
  for (const { name: checkName, check } of service.checks) health.add(checkName, check);
  const interceptors = serverInterceptors({
    area: name,
    log: log.child({ area: name }),
    metrics,
    defaultTimeoutMs: DEFAULT_TIMEOUT_MS,
    maxTimeoutMs: MAX_TIMEOUT_MS,
    services,
  });
  const listen = (port: number) =>
    startGrpcServer({
      host: GRPC_HOST,
      port,
      registrations: service.registrations,
      interceptors,
      health,
      log,
    });
  const server = await listen(options.port ?? options.defaultPort).catch((error: unknown) => {
    if (options.port !== undefined) throw error;
    return listen(0);
  });
  const registrations = [...service.registrations, healthRegistration(health, services)];
  return {
    name,
    services,
    transport: createLocalTransport(registrations, interceptors),
    address: `${GRPC_HOST}:${server.port}`,
    drain: (timeoutMs) => server.drain(timeoutMs),
  };
}
