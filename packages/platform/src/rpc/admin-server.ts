import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import { listenError } from "../listen-error.ts";
import type { HealthChecks } from "./health.ts";

export interface AdminServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly health: HealthChecks;
  readonly metrics: { readonly registry: Registry };
  readonly log: Logger;
}

/**
 * Serves `/livez`, `/readyz` and `/metrics` over HTTP/1.1, on a port of its own:
 * the mesh lets probes pass only there.
 */
export async function startAdminServer(
  options: AdminServerOptions,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer({ requestTimeout: 5000 }, (request, response) => {
    answer(request.url ?? "/", response, options).catch((error: unknown) => {
      options.log.error({ err: error }, "admin request failed");
      response.destroy();
    });
  });
  server.listen(options.port, options.host);
  await once(server, "listening").catch((error: Error) => {
    throw listenError(error, options.host, options.port);
  });
  const { port } = server.address() as AddressInfo;
  options.log.info({ host: options.host, port }, "admin server listening");
  return { port, close: () => closeServer(server) };
}

async function answer(
  url: string,
  response: ServerResponse,
  { health, metrics }: AdminServerOptions,
): Promise<void> {
  switch (url.split("?", 1)[0]) {
    case "/livez":
      return send(response, 200, "text/plain; charset=utf-8", "ok\n");
    case "/readyz": {
      const checks = await health.run();
      const ready = !health.draining && checks.every(({ serving }) => serving);
      const body = JSON.stringify({ ready, draining: health.draining, checks });
      return send(response, ready ? 200 : 503, "application/json", body);
    }
    case "/metrics":
      return send(response, 200, metrics.registry.contentType, await metrics.registry.metrics());
    default:
      return send(response, 404, "text/plain; charset=utf-8", "not found\n");
  }
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    "content-type": contentType,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
