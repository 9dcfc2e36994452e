import { HealthState } from "@portfolio/gen/portfolio/gateway/v1/status_service_pb.js";
import type { HealthChecks } from "@portfolio/platform/rpc/health";
import type { Registry } from "prom-client";
import { type SystemHealth, worstState } from "../health/system-health.ts";
import { type HttpRequest, type HttpResponse, sendResponse } from "../http/messages.ts";

/** Answers `/livez`: the process runs and its event loop turns. */
export function serveLiveness(request: HttpRequest, response: HttpResponse): void {
  send(request, response, { status: 200, contentType: "text/plain; charset=utf-8", body: "ok\n" });
}

/** Answers `/readyz`: 200 when every backend serves and the gateway is not shutting down. */
export async function serveReadiness(
  options: { health: SystemHealth; checks: HealthChecks },
  request: HttpRequest,
  response: HttpResponse,
): Promise<void> {
  const reports = await options.health.check();
  const { draining } = options.checks;
  const ready = !draining && worstState(reports) === HealthState.SERVING;
  const parts = reports.map(({ name, state, description, durationMs }) => ({
    name,
    state: HealthState[state],
    ...(description === "" ? {} : { description }),
    checkDurationMs: Math.round(durationMs * 10) / 10,
  }));
  const body = `${JSON.stringify({ ready, draining, parts })}\n`;
  send(request, response, { status: ready ? 200 : 503, contentType: "application/json", body });
}

/** Answers `/metrics`, for Prometheus. */
export async function serveMetrics(
  registry: Registry,
  request: HttpRequest,
  response: HttpResponse,
): Promise<void> {
  const body = await registry.metrics();
  send(request, response, { status: 200, contentType: registry.contentType, body });
}

function send(
  request: HttpRequest,
  response: HttpResponse,
  answer: { status: number; contentType: string; body: string },
): void {
  const headers = {
    "content-type": answer.contentType,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  sendResponse(request, response, { status: answer.status, headers, body: answer.body });
}
