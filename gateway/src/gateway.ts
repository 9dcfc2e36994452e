import { HealthChecks } from "@portfolio/platform/rpc/health";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { Backend } from "./backend.ts";
import { ownServices } from "./health/own-services.ts";
import { SystemHealth } from "./health/system-health.ts";
import { createAccessGuard } from "./http/access-guard.ts";
import { CONNECTION_LIMITS, type ConnectionLimits } from "./http/limits.ts";
import { startOnePortServer } from "./http/one-port-server.ts";
import { loadStaticFiles } from "./pages/static-files.ts";
import { createRequestHandler } from "./request-handler.ts";
import { CallRecorder } from "./rpc/call-recorder.ts";
import { HEADER_RULES, type HeaderRules } from "./rpc/header-rules.ts";
import { createRouteTable } from "./rpc/route.ts";
import { StreamHandler } from "./rpc/stream-handler.ts";
import { UnaryHandler } from "./rpc/unary-handler.ts";

export interface GatewayOptions {
  /** Address to listen on. Any but a loopback address takes API keys. */
  readonly host: string;
  /** Port to listen on. 0 takes any free port. */
  readonly port: number;
  readonly backends: readonly Backend[];
  /** Where the built web page is. Undefined, or without `index.html`, serves none. */
  readonly webDirectory: string | undefined;
  /** Secrets of which callers must hold one. Empty asks for none. */
  readonly apiKeys: readonly string[];
  /** Names under which a gateway on a loopback address may be called besides its own. */
  readonly allowedHosts?: readonly string[];
  readonly log: Logger;
  readonly metrics: { readonly registry: Registry };
  /** Version that `GetStatus` tells. */
  readonly version: string;
  /** Replaces which headers pass between clients and services. */
  readonly headerRules?: HeaderRules;
  /** Replaces some of the limits on connections. */
  readonly limits?: Partial<ConnectionLimits>;
}

export interface Gateway {
  /** Where it can be called, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /**
   * Stops: `/readyz` fails, nothing new is accepted, calls in flight finish.
   *
   * @param timeoutMs - Milliseconds after which calls that still run are cut.
   */
  drain(timeoutMs: number): Promise<void>;
}

/**
 * Starts the gateway: every backend on one port, to browsers, SDKs, curl and grpcurl.
 *
 * @throws {ConfigError} It would be open to other machines without credentials.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, backends, log } = options;
  const guard = createAccessGuard({
    host,
    allowedHosts: options.allowedHosts ?? [],
    apiKeys: options.apiKeys,
  });
  const { registry } = options.metrics;
  const checks = new HealthChecks();
  const health = new SystemHealth(backends);
  const own = ownServices({ backends, health, checks, version: options.version });
  const routes = createRouteTable([own, ...backends]);
  const calls = new CallRecorder(log, registry);
  const rules = options.headerRules ?? HEADER_RULES;
  const webFiles =
    options.webDirectory === undefined ? undefined : await loadStaticFiles(options.webDirectory);
  const server = await startOnePortServer({
    host,
    port: options.port,
    limits: { ...CONNECTION_LIMITS, ...options.limits },
    onRequest: createRequestHandler({
      routes,
      guard,
      unary: new UnaryHandler(calls, rules),
      streams: new StreamHandler(routes, { calls, rules }, log),
      health,
      checks,
      registry,
      webFiles,
      log,
    }),
    log,
  });
  const { port } = server;
  log.info({ host, port, hasWebPage: webFiles !== undefined }, "gateway listening");
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    drain: (timeoutMs) => {
      checks.startDraining();
      return server.drain(timeoutMs);
    },
  };
}
