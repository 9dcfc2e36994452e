import {
  create,
  type DescMessage,
  type DescMethodStreaming,
  type DescMethodUnary,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import {
  type ContextValues,
  createContextValues,
  type Interceptor,
  type StreamResponse,
  type Transport,
  type UnaryResponse,
} from "@connectrpc/connect";
import { Client, credentials } from "@grpc/grpc-js";
import { CallScope } from "./call-scope.ts";
import { deadlineKey } from "./call-values.ts";
import { toConnectError } from "./error-mapping.ts";
import { wireCall } from "./grpc-calls.ts";
import { INTERNAL_MESSAGE_BYTES_MAX } from "./message-limits.ts";
import { type AnyCall, intercept, methodPath } from "./procedure.ts";
import { type HeadersInput, propagate } from "./propagation.ts";
import { observeStream } from "./stream-observer.ts";

/** A transport that holds connections until it is closed. */
export interface ClosableTransport extends Transport {
  close(): void;
}

export interface GrpcTransportOptions {
  /** The client's, outermost first. */
  readonly interceptors?: readonly Interceptor[];
  /** Largest message taken, in bytes. (Default: `INTERNAL_MESSAGE_BYTES_MAX`) */
  readonly messageBytesMax?: number;
}

/** Calls spread over every address that the name has. Retries are left to the mesh. */
const CHANNEL_OPTIONS = {
  "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  "grpc.enable_retries": 0,
  "grpc.max_send_message_length": INTERNAL_MESSAGE_BYTES_MAX,
};

/**
 * Makes a transport that calls services over gRPC, without TLS (the mesh adds it).
 *
 * Make one for each target and keep it: it connects at the first call, and
 * reconnects by itself.
 *
 * @param address - `host:port`, or `dns:///host:port`.
 */
export function createGrpcTransport(
  address: string,
  options: GrpcTransportOptions = {},
): ClosableTransport {
  const client = new Client(address, credentials.createInsecure(), {
    ...CHANNEL_OPTIONS,
    "grpc.max_receive_message_length": options.messageBytesMax ?? INTERNAL_MESSAGE_BYTES_MAX,
  });
  return new GrpcTransport(client, address, options.interceptors ?? []);
}

class GrpcTransport implements ClosableTransport {
  readonly #client: Client;
  readonly #address: string;
  readonly #call: AnyCall;

  constructor(client: Client, address: string, interceptors: readonly Interceptor[]) {
    this.#client = client;
    this.#address = address;
    this.#call = intercept(wireCall(client), interceptors);
  }

  close(): void {
    this.#client.close();
  }

  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInput,
    input: MessageInitShape<I>,
    contextValues?: ContextValues,
  ): Promise<UnaryResponse<I, O>> {
    const { scope, request } = this.#prepare(method, signal, timeoutMs, header, contextValues);
    try {
      const message = create(method.input, input);
      const response = await this.#call({ ...request, stream: false, method, message });
      return response as UnaryResponse<I, O>;
    } catch (error) {
      throw scope.signal.aborted ? scope.signal.reason : toConnectError(error);
    } finally {
      scope.end();
    }
  }

  async stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodStreaming<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInput,
    input: AsyncIterable<MessageInitShape<I>>,
    contextValues?: ContextValues,
  ): Promise<StreamResponse<I, O>> {
    const { scope, request } = this.#prepare(method, signal, timeoutMs, header, contextValues);
    const mapError = (error: unknown): unknown =>
      scope.signal.aborted ? scope.signal.reason : toConnectError(error);
    try {
      const message = createEach(method.input, input);
      const response = await this.#call({ ...request, stream: true, method, message });
      const messages = observeStream(response.message as AsyncIterable<unknown>, {
        mapError,
        onEnd: () => scope.end(),
      });
      return { ...response, message: messages } as StreamResponse<I, O>;
    } catch (error) {
      scope.end();
      throw mapError(error);
    }
  }

  #prepare(
    method: DescMethodUnary | DescMethodStreaming,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    headerInit: HeadersInput,
    contextValues: ContextValues = createContextValues(),
  ) {
    const { header, deadline } = propagate(headerInit, timeoutMs);
    const scope = new CallScope(signal, deadline);
    const request = {
      service: method.parent,
      requestMethod: "POST",
      url: `grpc://${this.#address}${methodPath(method)}`,
      signal: scope.signal,
      header,
      contextValues: contextValues.set(deadlineKey, deadline),
    };
    return { scope, request };
  }
}

async function* createEach<D extends DescMessage>(
  schema: D,
  messages: AsyncIterable<MessageInitShape<D>>,
) {
  for await (const message of messages) {
    yield create(schema, message);
  }
}
