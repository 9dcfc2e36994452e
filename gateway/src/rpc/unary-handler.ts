import { type DescMethodUnary, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { AppError } from "@portfolio/platform/app-error";
import { REQUEST_ID_HEADER } from "@portfolio/platform/rpc/request-id";
import { encodeBody } from "../http/content-encoding.ts";
import { BODY_TIMEOUT_MS, DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS } from "../http/limits.ts";
import { type HttpRequest, type HttpResponse, headerOf, sendResponse } from "../http/messages.ts";
import type { CallRecorder } from "./call-recorder.ts";
import { decodeBinary, decodeJson } from "./decode-message.ts";
import { forwardedHeaders } from "./forwarded-headers.ts";
import { toPublicError } from "./public-error.ts";
import { readBody, unpack } from "./read-body.ts";
import type { Route } from "./route.ts";
import { writeError } from "./write-error.ts";

type Format = "json" | "proto";

/** A route whose method takes one message and gives one. */
export type UnaryRoute = Route & { readonly method: DescMethodUnary };

export function isUnaryRoute(route: Route): route is UnaryRoute {
  return route.method.methodKind === "unary";
}

/**
 * Serves unary calls in the Connect protocol, JSON and binary, POST and GET.
 *
 * Connect's own handler is general at a price: it costs three to four times the CPU time, in
 * abort controllers, header objects and two writes for each answer. Good answers are the same
 * byte for byte, which a test proves; bad requests get better errors.
 */
export class UnaryHandler {
  readonly #calls: CallRecorder;

  constructor(calls: CallRecorder) {
    this.#calls = calls;
  }

  async serve(
    route: UnaryRoute,
    requestId: string,
    request: HttpRequest,
    response: HttpResponse,
  ): Promise<void> {
    const format = formatOf(request);
    const peer = request.socket.remoteAddress ?? "unknown";
    const end = this.#calls.start({ requestId, route, protocol: `connect+${format}`, peer });
    const client = new AbortController();
    response.once("close", () => {
      if (!response.writableEnded) {
        client.abort(new ConnectError("the call was canceled", Code.Canceled));
      }
    });
    try {
      const body = await this.#call(route, { requestId, format, request, signal: client.signal });
      await sendMessage({ route, requestId, format, body }, request, response);
      end();
    } catch (error) {
      const shown = toPublicError(error, requestId, route.backend.name);
      end(shown);
      writeError("connect", request, response, { requestId, error: shown });
    }
  }

  async #call(
    { method, backend }: UnaryRoute,
    call: { requestId: string; format: Format; request: HttpRequest; signal: AbortSignal },
  ): Promise<string | Uint8Array> {
    const { format, request, signal } = call;
    const timeoutMs = timeoutOf(request);
    const isGet = request.method === "GET";
    const bytes = isGet ? await readQuery(request) : await readBody(request, BODY_TIMEOUT_MS);
    const input =
      format === "json" ? decodeJson(method.input, bytes) : decodeBinary(method.input, bytes);
    const header = forwardedHeaders((name) => headerOf(request, name), call.requestId);
    const answer = await backend.transport.unary(method, signal, timeoutMs, header, input);
    return encode(method, answer.message, format);
  }
}

function encode(method: DescMethodUnary, message: Message, format: Format): string | Uint8Array {
  return format === "json"
    ? toJsonString(method.output, message)
    : toBinary(method.output, message);
}

async function sendMessage(
  answer: { route: Route; requestId: string; format: Format; body: string | Uint8Array },
  request: HttpRequest,
  response: HttpResponse,
): Promise<void> {
  const { route, requestId, format } = answer;
  const accepted = headerOf(request, "accept-encoding");
  const { body, headers } = await encodeBody(
    answer.body,
    route.carriesBytes ? undefined : accepted,
  );
  headers["content-type"] = `application/${format}`;
  headers[REQUEST_ID_HEADER] = requestId;
  sendResponse(request, response, { status: 200, headers, body });
}

function formatOf(request: HttpRequest): Format {
  const isBinary =
    request.method === "GET"
      ? queryOf(request).get("encoding") === "proto"
      : /^application\/proto/i.test(headerOf(request, "content-type") ?? "");
  return isBinary ? "proto" : "json";
}

/** Reads the message that a GET request carries in its query. */
function readQuery(request: HttpRequest): Promise<Buffer> {
  const query = queryOf(request);
  const encoding = query.get("encoding");
  if (encoding !== "json" && encoding !== "proto") {
    const message = "A GET request names the encoding of its message: encoding=json or proto.";
    throw new AppError("invalid-argument", "ENCODING_MISSING", message);
  }
  const message = query.get("message") ?? "";
  // Node reads the URL-safe alphabet, which the protocol asks for, as well as the other.
  const bytes = Buffer.from(message, query.get("base64") === "1" ? "base64" : "utf8");
  return unpack(bytes, query.get("compression") ?? "identity");
}

function queryOf(request: HttpRequest): URLSearchParams {
  const target = request.url ?? "";
  const start = target.indexOf("?");
  return new URLSearchParams(start < 0 ? "" : target.slice(start + 1));
}

/** Returns how long the call may take: what the caller asks for, within the gateway's bounds. */
function timeoutOf(request: HttpRequest): number {
  const text = headerOf(request, "connect-timeout-ms");
  if (text === undefined) {
    return DEFAULT_TIMEOUT_MS;
  }
  if (!/^\d{1,10}$/.test(text)) {
    const message = `connect-timeout-ms must be up to ten digits, not ${JSON.stringify(text)}.`;
    throw new AppError("invalid-argument", "TIMEOUT_INVALID", message);
  }
  return Math.min(Number(text), MAX_TIMEOUT_MS);
}
