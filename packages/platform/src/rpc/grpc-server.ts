import type { Interceptor } from "@connectrpc/connect";
import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { listenError } from "../listen-error.ts";
import { byteMethodDefinition, grpcHandler } from "./grpc-handlers.ts";
import { type HealthChecks, healthRegistration } from "./health.ts";
import { INTERNAL_MESSAGE_BYTES_MAX } from "./message-limits.ts";
import { createProcedures } from "./procedure.ts";
import { reflectionRegistrations } from "./reflection.ts";
import type { Registration } from "./registration.ts";

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly registrations: readonly Registration[];
  /** Outermost first. */
  readonly interceptors: readonly Interceptor[];
  readonly health: HealthChecks;
  readonly log: Logger;
  /** Largest message taken, in bytes. (Default: `INTERNAL_MESSAGE_BYTES_MAX`) */
  readonly messageBytesMax?: number;
}

export interface RunningGrpcServer {
  readonly port: number;
  /**
   * Says NOT_SERVING, takes no new calls, lets those under way finish.
   *
   * @param timeoutMs - After this, calls still under way are cut off.
   */
  drain(timeoutMs: number): Promise<void>;
}

/** Serves gRPC without TLS (the mesh adds it), with health and reflection. */
export async function startGrpcServer(options: GrpcServerOptions): Promise<RunningGrpcServer> {
  const server = new Server({
    "grpc.max_receive_message_length": options.messageBytesMax ?? INTERNAL_MESSAGE_BYTES_MAX,
    "grpc.max_send_message_length": INTERNAL_MESSAGE_BYTES_MAX,
  });
  for (const procedure of createProcedures(
    allRegistrations(options),
    options.interceptors,
  ).values()) {
    const name = procedure.method.localName;
    server.addService(
      { [name]: byteMethodDefinition(procedure) },
      { [name]: grpcHandler(procedure, options.log) },
    );
  }
  // It writes to stderr what it also rejects with.
  setLogVerbosity(logVerbosity.NONE);
  const port = await bind(server, options.host, options.port);
  options.log.info({ host: options.host, port }, "gRPC server listening");
  return { port, drain: (timeoutMs) => drain(server, options, timeoutMs) };
}

function allRegistrations({ registrations, health }: GrpcServerOptions): Registration[] {
  const services = registrations.map(({ service }) => service);
  const withHealth = [...registrations, healthRegistration(health, services)];
  return [...withHealth, ...reflectionRegistrations(withHealth.map(({ service }) => service))];
}

function bind(server: Server, host: string, port: number): Promise<number> {
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, boundPort) => {
      if (error === null) {
        resolve(boundPort);
      } else {
        reject(listenError(error, host, port));
      }
    });
  });
}

async function drain(
  server: Server,
  { health, log }: GrpcServerOptions,
  timeoutMs: number,
): Promise<void> {
  health.startDraining();
  await new Promise<void>((resolve) => {
    const force = setTimeout(() => {
      log.warn({ timeoutMs }, "calls cut off by the end of the drain");
      server.forceShutdown();
    }, timeoutMs);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}
