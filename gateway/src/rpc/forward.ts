import type { DescMethodStreaming, DescMethodUnary, Message } from "@bufbuild/protobuf";
import type { HandlerContext, StreamResponse, UnaryResponse } from "@connectrpc/connect";
import { canceled, deadlineExceeded } from "@portfolio/platform/rpc/error-mapping";
import { REQUEST_ID_HEADER } from "@portfolio/platform/rpc/request-id";
import { MAX_STREAM_TIMEOUT_MS, MAX_TIMEOUT_MS } from "../http/limits.ts";
import type { CallRecorder } from "./call-recorder.ts";
import { type HeaderRules, passAnswerHeaders, requestHeaders } from "./header-rules.ts";
import { toPublicError } from "./public-error.ts";
import { RequestMessages, readSingle } from "./request-messages.ts";
import type { Route } from "./route.ts";

/** What forwarding needs beside the call itself. */
export interface Forwarding {
  readonly calls: CallRecorder;
  readonly rules: HeaderRules;
}

/** One call, as Connect's protocol handlers hand it over. */
export interface ForwardedCall {
  readonly requests: AsyncIterable<Message>;
  readonly context: HandlerContext;
  readonly requestId: string;
  readonly peer: string;
}

/** Passes one call on to its backend, whatever the kind of its method. */
export async function* forward(
  route: Route,
  { calls, rules }: Forwarding,
  call: ForwardedCall,
): AsyncGenerator<Message> {
  const { requestId, peer, context } = call;
  const end = calls.start({ requestId, route, protocol: context.protocolName, peer });
  context.responseHeader.set(REQUEST_ID_HEADER, requestId);
  const requests = new RequestMessages(call.requests, route.method.input);
  const cap = new AbortController();
  const capMs = route.method.methodKind === "unary" ? MAX_TIMEOUT_MS : MAX_STREAM_TIMEOUT_MS;
  const timer = setTimeout(() => cap.abort(deadlineExceeded()), capMs);
  try {
    const signal = AbortSignal.any([context.signal, cap.signal]);
    const answer = await callBackend(route, rules, { ...call, requests, signal });
    passAnswerHeaders(rules, answer.header, (name, value) =>
      context.responseHeader.set(name, value),
    );
    if (answer.stream) {
      yield* answer.message;
    } else {
      yield answer.message;
    }
    passAnswerHeaders(rules, answer.trailer, (name, value) =>
      context.responseTrailer.set(name, value),
    );
    end();
  } catch (error) {
    const reason: unknown = cap.signal.aborted ? cap.signal.reason : (requests.error ?? error);
    const shown = toPublicError(reason, requestId, route.backend.name);
    end(shown);
    throw shown;
  } finally {
    clearTimeout(timer);
    end(canceled());
  }
}

async function callBackend(
  { method, backend: { transport } }: Route,
  rules: HeaderRules,
  { requests, context, requestId, signal }: ForwardedCall & { signal: AbortSignal },
): Promise<UnaryResponse | StreamResponse> {
  const timeoutMs = context.timeoutMs();
  const header = requestHeaders(rules, (name) => context.requestHeader.get(name), requestId);
  // TypeScript does not narrow a descriptor by its kind.
  if (method.methodKind === "unary") {
    const input = await readSingle(requests);
    return await transport.unary(method as DescMethodUnary, signal, timeoutMs, header, input);
  }
  return await transport.stream(method as DescMethodStreaming, signal, timeoutMs, header, requests);
}
