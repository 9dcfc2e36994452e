import { Code, ConnectError } from "@connectrpc/connect";
import { AppError } from "@portfolio/platform/app-error";
import type { HealthChecks } from "@portfolio/platform/rpc/health";
import { acceptRequestId, REQUEST_ID_HEADER } from "@portfolio/platform/rpc/request-id";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { SystemHealth } from "./health/system-health.ts";
import type { AccessGuard } from "./http/access-guard.ts";
import {
  type HttpRequest,
  type HttpResponse,
  headerOf,
  pathOf,
  type RequestHandler,
} from "./http/messages.ts";
import { serveLiveness, serveMetrics, serveReadiness } from "./pages/probe-pages.ts";
import type { StaticFiles } from "./pages/static-files.ts";
import { serveWebPage } from "./pages/web-page.ts";
import { acceptsGet, protocolOf, type RpcProtocol } from "./rpc/protocol.ts";
import { toPublicError } from "./rpc/public-error.ts";
import { isRpcPath, type Route, type RouteTable } from "./rpc/route.ts";
import type { StreamHandler } from "./rpc/stream-handler.ts";
import { isUnaryRoute, type UnaryHandler } from "./rpc/unary-handler.ts";
import { writeError } from "./rpc/write-error.ts";

export interface RequestHandlerOptions {
  readonly routes: RouteTable;
  readonly guard: AccessGuard;
  readonly unary: UnaryHandler;
  readonly streams: StreamHandler;
  readonly health: SystemHealth;
  readonly checks: HealthChecks;
  readonly registry: Registry;
  readonly webFiles: StaticFiles | undefined;
  readonly log: Logger;
}

/** An error that has an HTTP status of its own, because no status of RPCs says the same. */
class HttpError extends Error {
  override readonly name = "HttpError";
  readonly httpStatus: number;
  readonly headers: Record<string, string>;
  override readonly cause: AppError | ConnectError;

  constructor(
    httpStatus: number,
    cause: AppError | ConnectError,
    headers: Record<string, string> = {},
  ) {
    super(cause.message);
    this.httpStatus = httpStatus;
    this.headers = headers;
    this.cause = cause;
  }
}

/** Makes the handler of every request: probes, RPCs, and the web page for the rest. */
export function createRequestHandler(options: RequestHandlerOptions): RequestHandler {
  return (request, response) => {
    request.on("error", () => response.destroy());
    const requestId = acceptRequestId(headerOf(request, REQUEST_ID_HEADER) ?? null);
    serve(options, requestId, request, response).catch((error: unknown) => {
      answerError(options.log, { error, requestId }, request, response);
    });
  };
}

async function serve(
  options: RequestHandlerOptions,
  requestId: string,
  request: HttpRequest,
  response: HttpResponse,
): Promise<void> {
  const path = pathOf(request);
  switch (path) {
    case "/livez":
      return serveLiveness(request, response);
    case "/readyz":
      return await serveReadiness(options, request, response);
    case "/metrics":
      options.guard.checkSite(request);
      options.guard.checkKey(request);
      return await serveMetrics(options.registry, request, response);
    default:
      break;
  }
  if (!isRpcPath(path)) {
    return serveWebPage(options.webFiles, request, response);
  }
  options.guard.checkSite(request);
  options.guard.checkKey(request);
  const route = findRoute(options.routes, path);
  const protocol = checkProtocol(route, request);
  if (protocol !== "connect") {
    return await options.streams.serve({ route, protocol, requestId }, request, response);
  }
  if (!isUnaryRoute(route)) {
    const message = `${path.slice(1)} is a stream: use application/connect+json, or gRPC.`;
    throw new HttpError(415, invalid("CONTENT_TYPE_UNSUPPORTED", message));
  }
  return await options.unary.serve(route, requestId, request, response);
}

function findRoute(routes: RouteTable, path: string): Route {
  const route = routes.get(path);
  if (route === undefined) {
    const message = `There is no method ${path.slice(1)}.`;
    throw new HttpError(404, new ConnectError(message, Code.Unimplemented));
  }
  return route;
}

/** Returns the protocol of a call, once its verb, content type and HTTP version fit its method. */
function checkProtocol(route: Route, request: HttpRequest): RpcProtocol {
  if (request.method === "GET" && acceptsGet(route)) {
    return "connect";
  }
  if (request.method !== "POST") {
    const allow = acceptsGet(route) ? "GET, POST" : "POST";
    const message = `${route.path.slice(1)} is called with ${allow}, not ${request.method}.`;
    throw new HttpError(405, invalid("HTTP_METHOD_UNSUPPORTED", message), { allow });
  }
  const protocol = protocolOf(request);
  if (protocol === undefined) {
    const shown = JSON.stringify(headerOf(request, "content-type") ?? "");
    const message = `The content type ${shown} is not supported: use application/json.`;
    throw new HttpError(415, invalid("CONTENT_TYPE_UNSUPPORTED", message));
  }
  if (route.method.methodKind === "bidi_streaming" && request.httpVersionMajor === 1) {
    const message = `${route.path.slice(1)} streams both ways, which takes HTTP/2.`;
    throw new HttpError(505, new ConnectError(message, Code.Unimplemented));
  }
  return protocol;
}

function invalid(reason: string, message: string): AppError {
  return new AppError("invalid-argument", reason, message);
}

function answerError(
  log: Logger,
  { error, requestId }: { error: unknown; requestId: string },
  request: HttpRequest,
  response: HttpResponse,
): void {
  const http = error instanceof HttpError ? error : undefined;
  const shown = toPublicError(http?.cause ?? error, requestId);
  const fields = { path: pathOf(request), requestId, code: Code[shown.code] };
  if (shown.code === Code.Internal) {
    log.error({ ...fields, err: error }, "request failed");
  } else {
    log.info({ ...fields, reason: shown.rawMessage }, "request refused");
  }
  writeError(protocolOf(request) ?? "connect", request, response, {
    requestId,
    error: shown,
    ...(http && { httpStatus: http.httpStatus, headers: http.headers }),
  });
}
