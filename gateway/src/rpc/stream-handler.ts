import type { DescMethodStreaming, DescMethodUnary, Message } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createContextKey,
  createContextValues,
  createMethodImplSpec,
  type HandlerContext,
  type Transport,
} from "@connectrpc/connect";
import type { UniversalHandler, UniversalHandlerOptions } from "@connectrpc/connect/protocol";
import { createHandlerFactory as connectFactory } from "@connectrpc/connect/protocol-connect";
import { createHandlerFactory as grpcFactory } from "@connectrpc/connect/protocol-grpc";
import { createHandlerFactory as grpcWebFactory } from "@connectrpc/connect/protocol-grpc-web";
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { REQUEST_ID_HEADER } from "@portfolio/platform/rpc/request-id";
import type { Logger } from "pino";
import {
  COMPRESS_MIN_BYTES,
  DEFAULT_TIMEOUT_MS,
  MAX_REQUEST_BYTES,
  MAX_STREAM_TIMEOUT_MS,
  MAX_TIMEOUT_MS,
} from "../http/limits.ts";
import type { HttpRequest, HttpResponse } from "../http/messages.ts";
import type { CallRecorder } from "./call-recorder.ts";
import { forwardedHeaders } from "./forwarded-headers.ts";
import type { RpcProtocol } from "./protocol.ts";
import { toPublicError } from "./public-error.ts";
import { RequestMessages, readSingle } from "./request-messages.ts";
import type { Route, RouteTable } from "./route.ts";

/** Facts of one HTTP request, for the handler of its call. */
const requestFactsKey = createContextKey({ requestId: "", peer: "unknown" });

/** A size that no answer has: answers of packed numbers are never compressed. */
const NEVER_COMPRESS_BYTES = 0xffff_ffff;

type StreamProtocol = Exclude<RpcProtocol, "connect">;

/**
 * Serves gRPC, gRPC-Web and streams of the Connect protocol, for any method.
 *
 * The protocols are Connect's own. Every method is given to them as one that takes a stream
 * and gives a stream: then whatever is wrong with a request shows up while its messages are
 * read, here, where it can get the same details as any other error.
 */
export class StreamHandler {
  readonly #log: Logger;
  readonly #handlers = new Map<string, UniversalHandler>();

  constructor(routes: RouteTable, calls: CallRecorder, log: Logger) {
    this.#log = log;
    for (const route of routes.values()) {
      this.#addRoute(route, calls);
    }
  }

  async serve(
    { route, protocol, requestId }: { route: Route; protocol: StreamProtocol; requestId: string },
    request: HttpRequest,
    response: HttpResponse,
  ): Promise<void> {
    const handler = this.#handlers.get(handlerKey(protocol, route));
    if (handler === undefined) {
      throw new ConnectError(`${route.path} has no ${protocol} handler`, Code.Unimplemented);
    }
    const peer = request.socket.remoteAddress ?? "unknown";
    const values = createContextValues().set(requestFactsKey, { requestId, peer });
    const answer = await handler(
      universalRequestFromNodeRequest(request, response, undefined, values),
    );
    try {
      await universalResponseToNodeResponse(answer, response);
    } catch (error) {
      this.#log.debug({ err: error, requestId }, "client left before the end of its answer");
    }
  }

  #addRoute(route: Route, calls: CallRecorder): void {
    const method = { ...route.method, methodKind: "bidi_streaming" as const };
    const spec = createMethodImplSpec(method, (requests: AsyncIterable<Message>, context) =>
      forward(route, { calls, requests, context }),
    );
    const options: Partial<UniversalHandlerOptions> = {
      acceptCompression: [compressionGzip],
      compressMinBytes: route.carriesBytes ? NEVER_COMPRESS_BYTES : COMPRESS_MIN_BYTES,
      readMaxBytes: MAX_REQUEST_BYTES,
      jsonOptions: { ignoreUnknownFields: false },
    };
    const factories = {
      grpc: grpcFactory(options),
      "grpc-web": grpcWebFactory(options),
      "connect-stream": connectFactory(options),
    };
    for (const [protocol, factory] of Object.entries(factories)) {
      this.#handlers.set(handlerKey(protocol, route), factory(spec));
    }
  }
}

function handlerKey(protocol: string, { path }: Route): string {
  return `${protocol} ${path}`;
}

/** Passes one call on to its backend, whatever its method. */
async function* forward(
  route: Route,
  call: { calls: CallRecorder; requests: AsyncIterable<Message>; context: HandlerContext },
): AsyncGenerator<Message> {
  const { context } = call;
  const { requestId, peer } = context.values.get(requestFactsKey);
  const end = call.calls.start({ requestId, route, protocol: context.protocolName, peer });
  context.responseHeader.set(REQUEST_ID_HEADER, requestId);
  const requests = new RequestMessages(call.requests, route.method.input);
  try {
    const { method, backend } = route;
    const forwarded = { transport: backend.transport, requests, context, requestId };
    // TypeScript does not narrow a descriptor by its kind.
    yield* method.methodKind === "unary"
      ? forwardUnary(method as DescMethodUnary, forwarded)
      : forwardStream(method as DescMethodStreaming, forwarded);
    end();
  } catch (error) {
    const shown = toPublicError(requests.error ?? error, requestId, route.backend.name);
    end(shown);
    throw shown;
  } finally {
    end(new ConnectError("the call was canceled", Code.Canceled));
  }
}

interface ForwardedCall {
  readonly transport: Transport;
  readonly requests: AsyncIterable<Message>;
  readonly context: HandlerContext;
  readonly requestId: string;
}

async function* forwardUnary(
  method: DescMethodUnary,
  { transport, requests, context, requestId }: ForwardedCall,
): AsyncGenerator<Message> {
  const input = await readSingle(requests);
  const timeoutMs = Math.min(context.timeoutMs() ?? DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS);
  const header = forwardedHeaders((name) => context.requestHeader.get(name), requestId);
  const answer = await transport.unary(method, context.signal, timeoutMs, header, input);
  yield answer.message;
}

async function* forwardStream(
  method: DescMethodStreaming,
  { transport, requests, context, requestId }: ForwardedCall,
): AsyncGenerator<Message> {
  const timeoutMs = Math.min(context.timeoutMs() ?? MAX_STREAM_TIMEOUT_MS, MAX_STREAM_TIMEOUT_MS);
  const header = forwardedHeaders((name) => context.requestHeader.get(name), requestId);
  const answer = await transport.stream(method, context.signal, timeoutMs, header, requests);
  yield* answer.message;
}
