import type { Message } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createContextKey,
  createContextValues,
  createMethodImplSpec,
} from "@connectrpc/connect";
import type { UniversalHandler, UniversalHandlerOptions } from "@connectrpc/connect/protocol";
import { createHandlerFactory as connectFactory } from "@connectrpc/connect/protocol-connect";
import { createHandlerFactory as grpcFactory } from "@connectrpc/connect/protocol-grpc";
import { createHandlerFactory as grpcWebFactory } from "@connectrpc/connect/protocol-grpc-web";
import { compressionGzip } from "@connectrpc/connect-node";
import type { Logger } from "pino";
import { COMPRESS_MIN_BYTES } from "../http/limits.ts";
import type { HttpRequest, HttpResponse } from "../http/messages.ts";
import { sendUniversalResponse, toUniversalRequest } from "../http/universal.ts";
import { type Forwarding, forward } from "./forward.ts";
import { JSON_WRITE_OPTIONS } from "./json-options.ts";
import type { RpcProtocol } from "./protocol.ts";
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

  constructor(routes: RouteTable, forwarding: Forwarding, log: Logger) {
    this.#log = log;
    for (const route of routes.values()) {
      this.#addRoute(route, forwarding);
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
    const contextValues = createContextValues().set(requestFactsKey, { requestId, peer });
    const { methodKind } = route.method;
    const isUpload = methodKind === "client_streaming" || methodKind === "bidi_streaming";
    const answer = await handler(
      toUniversalRequest(request, response, { contextValues, isUpload }),
    );
    try {
      await sendUniversalResponse(answer, request, response);
    } catch (error) {
      this.#log.debug({ err: error, requestId }, "client left before the end of its answer");
    }
  }

  #addRoute(route: Route, forwarding: Forwarding): void {
    const method = { ...route.method, methodKind: "bidi_streaming" as const };
    const spec = createMethodImplSpec(method, (requests: AsyncIterable<Message>, context) =>
      forward(route, forwarding, { requests, context, ...context.values.get(requestFactsKey) }),
    );
    const options: Partial<UniversalHandlerOptions> = {
      acceptCompression: [compressionGzip],
      compressMinBytes: route.carriesBytes ? NEVER_COMPRESS_BYTES : COMPRESS_MIN_BYTES,
      readMaxBytes: route.requestBytesMax,
      jsonOptions: { ...JSON_WRITE_OPTIONS, ignoreUnknownFields: false },
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
