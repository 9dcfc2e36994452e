import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

/** A request over either version of HTTP. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

/** The answer to a request over either version of HTTP. */
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** Answers one request. Must not throw. */
export type RequestHandler = (request: HttpRequest, response: HttpResponse) => void;

export type ResponseHeaders = Record<string, string | number>;

/** Sends a whole answer in one write, and without its body when the method is HEAD. */
export function sendResponse(
  request: HttpRequest,
  response: HttpResponse,
  answer: { status: number; headers: ResponseHeaders; body: string | Uint8Array },
): void {
  if (response.headersSent || response.destroyed) {
    return;
  }
  const { status, headers, body } = answer;
  headers["content-length"] = Buffer.byteLength(body);
  writeHead(response, status, headers);
  if (request.method === "HEAD") {
    endResponse(response);
  } else {
    endResponse(response, body);
  }
}

// The two classes declare the same overloads differently, so that the union cannot be called.
export function writeHead(response: HttpResponse, status: number, headers: ResponseHeaders): void {
  if ("stream" in response) {
    response.writeHead(status, headers);
  } else {
    response.writeHead(status, headers);
  }
}

function endResponse(response: HttpResponse, body?: string | Uint8Array): void {
  if ("stream" in response) {
    response.end(body ?? "");
  } else {
    response.end(body);
  }
}

/** Reads a header that may be sent once. Repeated ones are joined by commas, as HTTP has it. */
export function headerOf(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

/** The host and port that the client called, as it wrote them. */
export function authorityOf(request: HttpRequest): string | undefined {
  return headerOf(request, ":authority") ?? headerOf(request, "host");
}

/** The path of the request target, without its query. */
export function pathOf(request: HttpRequest): string {
  const target = request.url ?? "/";
  const end = target.indexOf("?");
  return end < 0 ? target : target.slice(0, end);
}
