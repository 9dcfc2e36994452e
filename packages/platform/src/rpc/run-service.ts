import { once } from "node:events";
import { type AdminServerOptions, startAdminServer } from "./admin-server.ts";
import { startGrpcServer } from "./grpc-server.ts";
import type { Registration } from "./registration.ts";
import { type ServerInterceptorOptions, serverInterceptors } from "./server-interceptors.ts";

export interface RunServiceOptions extends ServerInterceptorOptions {
  /** Where gRPC is served. Port 0 takes any free port. */
  readonly grpc: { readonly host: string; readonly port: number };
  /** Where probes and Prometheus ask. Port 0 takes any free port. */
  readonly admin: { readonly host: string; readonly port: number };
  readonly registrations: readonly Registration[];
  readonly health: AdminServerOptions["health"];
  /** Time that calls under way have to finish after `signal` aborts, in ms. */
  readonly drainTimeoutMs: number;
  /** Aborted when the process must stop. */
  readonly signal: AbortSignal;
  /** Called once both ports listen. */
  readonly onListening?: (ports: { readonly grpc: number; readonly admin: number }) => void;
}

/** Serves one service as its own process, until the signal aborts and calls under way are done. */
export async function runService(options: RunServiceOptions): Promise<void> {
  const { registrations, health, metrics, log, signal } = options;
  const services = registrations.map(({ service }) => service);
  const interceptors = serverInterceptors({ services, ...options });
  const server = await startGrpcServer({
    ...options.grpc,
    registrations,
    interceptors,
    health,
    log,
  });
  const admin = await startAdminServer({ ...options.admin, health, metrics, log });
  options.onListening?.({ grpc: server.port, admin: admin.port });
  if (!signal.aborted) {
    await once(signal, "abort");
  }
  log.info({ drainTimeoutMs: options.drainTimeoutMs }, "stopping");
  await server.drain(options.drainTimeoutMs);
  await admin.close();
  log.info("stopped");
}
