import { type DescMethodUnary, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import type { UnaryResponse } from "@connectrpc/connect";
import { canceled, deadlineExceeded } from "@portfolio/platform/rpc/error-mapping";
import { REQUEST_ID_HEADER } from "@portfolio/platform/rpc/request-id";
import { encodeBody } from "../http/content-encoding.ts";
import { BODY_TIMEOUT_MS, MAX_TIMEOUT_MS } from "../http/limits.ts";
import {
  type HttpRequest,
  type HttpResponse,
  headerOf,
  type ResponseHeaders,
  sendResponse,
} from "../http/messages.ts";
import type { CallRecorder } from "./call-recorder.ts";
import { readTimeout } from "./connect-timeout.ts";
import { decodeBinary, decodeJson } from "./decode-message.ts";
import { type HeaderRules, passAnswerHeaders, requestHeaders } from "./header-rules.ts";
import { JSON_WRITE_OPTIONS } from "./json-options.ts";
import { toPublicError } from "./public-error.ts";
import { readQueryFormat, readQueryMessage } from "./query-message.ts";
import { readBody } from "./read-body.ts";
import type { Route } from "./route.ts";
import { writeError } from "./write-error.ts";

type Format = "json" | "proto";

/** A route whose method takes one message and gives one. */
export type UnaryRoute = Route & { readonly method: DescMethodUnary };

export function isUnaryRoute(route: Route): route is UnaryRoute {
  return route.method.methodKind === "unary";
}

interface UnaryCall {
  readonly route: UnaryRoute;
  readonly requestId: string;
  readonly format: Format;
  readonly request: HttpRequest;
}

/**
 * Serves unary calls in the Connect protocol, JSON and binary, POST and GET.
 *
 * Connect's own handler is general at a price: abort controllers, header objects and two
 * writes for each answer. Good answers are the same byte for byte, which a test proves; bad
 * requests get better errors.
 */
export class UnaryHandler {
  readonly #calls: CallRecorder;
  readonly #rules: HeaderRules;

  constructor(calls: CallRecorder, rules: HeaderRules) {
    this.#calls = calls;
    this.#rules = rules;
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
    const timer = setTimeout(() => client.abort(deadlineExceeded()), MAX_TIMEOUT_MS);
    response.once("close", () => {
      if (!response.writableEnded) {
        client.abort(canceled());
      }
    });
    try {
      const call = { route, requestId, format, request };
      const answer = await this.#call(call, client.signal);
      await this.#send(call, answer, response);
      end();
    } catch (error) {
      const reason: unknown = client.signal.aborted ? client.signal.reason : error;
      const shown = toPublicError(reason, requestId, route.backend.name);
      end(shown);
      writeError("connect", request, response, { requestId, error: shown });
    } finally {
      clearTimeout(timer);
    }
  }

  async #call(call: UnaryCall, signal: AbortSignal): Promise<UnaryResponse> {
    const { request, format, requestId } = call;
    const { method, backend, requestBytesMax } = call.route;
    const timeoutMs = readTimeout(request);
    const bytes =
      request.method === "GET"
        ? await readQueryMessage(request)
        : await readBody(request, { bytesMax: requestBytesMax, timeoutMs: BODY_TIMEOUT_MS });
    const input =
      format === "json" ? decodeJson(method.input, bytes) : decodeBinary(method.input, bytes);
    const header = requestHeaders(this.#rules, (name) => headerOf(request, name), requestId);
    return await backend.transport.unary(method, signal, timeoutMs, header, input);
  }

  async #send(
    { route, requestId, format, request }: UnaryCall,
    answer: UnaryResponse,
    response: HttpResponse,
  ): Promise<void> {
    const accepted = route.carriesBytes ? undefined : headerOf(request, "accept-encoding");
    const plain = encode(route.method, answer.message, format);
    const { body, headers } = await encodeBody(plain, accepted);
    headers["content-type"] = `application/${format}`;
    headers[REQUEST_ID_HEADER] = requestId;
    this.#passHeaders(answer, headers);
    sendResponse(request, response, { status: 200, headers, body });
  }

  /** In the Connect protocol, trailers of unary calls are headers with a prefix. */
  #passHeaders(answer: UnaryResponse, headers: ResponseHeaders): void {
    passAnswerHeaders(this.#rules, answer.header, (name, value) => {
      headers[name] = value;
    });
    passAnswerHeaders(this.#rules, answer.trailer, (name, value) => {
      headers[`trailer-${name}`] = value;
    });
  }
}

function encode(method: DescMethodUnary, message: Message, format: Format): string | Uint8Array {
  return format === "json"
    ? toJsonString(method.output, message, JSON_WRITE_OPTIONS)
    : toBinary(method.output, message);
}

function formatOf(request: HttpRequest): Format {
  if (request.method === "GET") {
    return readQueryFormat(request) ?? "json";
  }
  const contentType = headerOf(request, "content-type") ?? "";
  return contentType.toLowerCase().startsWith("application/proto") ? "proto" : "json";
}
