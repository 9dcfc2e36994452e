import { Code, type ConnectError } from "@connectrpc/connect";
import { encodeEnvelope } from "@connectrpc/connect/protocol";
import {
  codeToHttpStatus,
  endStreamFlag,
  errorToJson,
  errorToJsonBytes,
} from "@connectrpc/connect/protocol-connect";
import { encodeStatus } from "@portfolio/platform/rpc/error-mapping";
import { REQUEST_ID_HEADER } from "@portfolio/platform/rpc/request-id";
import { abandonUpload } from "../http/abandon-upload.ts";
import {
  type HttpRequest,
  type HttpResponse,
  headerOf,
  type ResponseHeaders,
  sendResponse,
} from "../http/messages.ts";
import type { RpcProtocol } from "./protocol.ts";

export interface ErrorAnswer {
  readonly requestId: string;
  readonly error: ConnectError;
  /** Replaces the HTTP status that Connect has for the error's code. */
  readonly httpStatus?: number;
  readonly headers?: ResponseHeaders;
}

/** Answers a call with an error, in the form that the client's protocol has for it. */
export function writeError(
  protocol: RpcProtocol,
  request: HttpRequest,
  response: HttpResponse,
  answer: ErrorAnswer,
): void {
  const headers: ResponseHeaders = {
    ...answer.headers,
    [REQUEST_ID_HEADER]: answer.requestId,
  };
  sendError(protocol, request, response, { ...answer, headers });
  abandonUpload(request, response);
}

function sendError(
  protocol: RpcProtocol,
  request: HttpRequest,
  response: HttpResponse,
  answer: ErrorAnswer & { headers: ResponseHeaders },
): void {
  const { headers } = answer;
  const send = (status: number, body: string | Uint8Array) =>
    sendResponse(request, response, { status, headers, body });
  switch (protocol) {
    case "connect":
      headers["content-type"] = "application/json";
      if (answer.error.code === Code.Unauthenticated) {
        headers["www-authenticate"] = "Bearer";
      }
      send(
        answer.httpStatus ?? codeToHttpStatus(answer.error.code),
        errorToJsonBytes(answer.error, {}),
      );
      return;
    case "connect-stream":
      headers["content-type"] = headerOf(request, "content-type") ?? "application/connect+json";
      send(200, encodeEnvelope(endStreamFlag, endStreamBytes(answer.error)));
      return;
    case "grpc":
    case "grpc-web":
      Object.assign(headers, grpcStatusHeaders(answer.error));
      headers["content-type"] = headerOf(request, "content-type") ?? `application/${protocol}`;
      sendWithoutBody(request, response, headers);
      return;
  }
}

/** In gRPC an answer of headers alone must be just that: no empty body may follow. */
function sendWithoutBody(
  request: HttpRequest,
  response: HttpResponse,
  headers: ResponseHeaders,
): void {
  if (!("stream" in response)) {
    sendResponse(request, response, { status: 200, headers, body: "" });
  } else if (!response.stream.headersSent && !response.stream.destroyed) {
    response.stream.respond({ ":status": 200, ...headers }, { endStream: true });
  }
}

/** Returns an error as gRPC sends it in headers or trailers. */
export function grpcStatusHeaders(error: ConnectError): Record<string, string> {
  return {
    "grpc-status": String(error.code),
    "grpc-message": encodeURIComponent(error.rawMessage),
    "grpc-status-details-bin": Buffer.from(encodeStatus(error))
      .toString("base64")
      .replace(/=+$/, ""),
  };
}

function endStreamBytes(error: ConnectError): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify({ error: errorToJson(error, {}) }));
}
