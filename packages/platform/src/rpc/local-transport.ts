import {
  create,
  type DescMessage,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  type Message,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createContextValues,
  type Interceptor,
  type StreamResponse,
  type Transport,
  type UnaryResponse,
} from "@connectrpc/connect";
import { iterateUntilAborted, untilAborted } from "./abortable.ts";
import { CallScope } from "./call-scope.ts";
import { deadlineKey, peerKey } from "./call-values.ts";
import { copyMessage } from "./copy-message.ts";
import { detachError, toConnectError } from "./error-mapping.ts";
import { type AnyCall, createProcedures, methodPath, type Procedure } from "./procedure.ts";
import { type HeadersInput, propagate } from "./propagation.ts";
import type { Registration } from "./registration.ts";
import { observeStream } from "./stream-observer.ts";

/**
 * Makes a transport that calls services of the same process, without a wire.
 *
 * Interceptors, deadlines, cancellation and errors are as over gRPC. Messages are
 * copied both ways, so that caller and service never share one.
 *
 * @param interceptors - The server's, outermost first.
 */
export function createLocalTransport(
  registrations: readonly Registration[],
  interceptors: readonly Interceptor[],
): Transport {
  return new LocalTransport(createProcedures(registrations, interceptors));
}

class LocalTransport implements Transport {
  readonly #procedures: ReadonlyMap<string, Procedure>;

  constructor(procedures: ReadonlyMap<string, Procedure>) {
    this.#procedures = procedures;
  }

  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInput,
    input: MessageInitShape<I>,
  ): Promise<UnaryResponse<I, O>> {
    const { scope, request } = localCall(method, signal, timeoutMs, header);
    try {
      scope.signal.throwIfAborted();
      const message = copyMessage(create(method.input, input));
      const call = this.#call(method)({ ...request, stream: false, method, message });
      const response = await untilAborted(call, scope.signal);
      return { ...response, message: copyMessage(response.message) } as UnaryResponse<I, O>;
    } catch (error) {
      throw detachError(toConnectError(error));
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
  ): Promise<StreamResponse<I, O>> {
    const { scope, request } = localCall(method, signal, timeoutMs, header);
    const mapError = (error: unknown) => detachError(toConnectError(error));
    try {
      scope.signal.throwIfAborted();
      const message = iterateUntilAborted(createEach(method.input, input), scope.signal);
      const call = this.#call(method)({ ...request, stream: true, method, message });
      const response = await untilAborted(call, scope.signal);
      const messages = copyEach(response.message as AsyncIterable<Message>);
      const observed = observeStream(iterateUntilAborted(messages, scope.signal), {
        mapError,
        onEnd: () => scope.end(),
      });
      return { ...response, message: observed } as StreamResponse<I, O>;
    } catch (error) {
      scope.end();
      throw mapError(error);
    }
  }

  #call(method: DescMethod): AnyCall {
    const path = methodPath(method);
    const procedure = this.#procedures.get(path);
    if (procedure === undefined) {
      throw new ConnectError(`${path.slice(1)} is not implemented`, Code.Unimplemented);
    }
    return procedure.call;
  }
}

function localCall(
  method: DescMethod,
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
  headerInit: HeadersInput,
) {
  const { header, deadline } = propagate(headerInit, timeoutMs);
  const scope = new CallScope(signal, deadline);
  const contextValues = createContextValues().set(deadlineKey, deadline).set(peerKey, "inproc");
  const request = {
    service: method.parent,
    requestMethod: "POST",
    url: `inproc:${methodPath(method)}`,
    signal: scope.signal,
    header,
    contextValues,
  };
  return { scope, request };
}

async function* createEach<D extends DescMessage>(
  schema: D,
  messages: AsyncIterable<MessageInitShape<D>>,
) {
  for await (const message of messages) {
    yield copyMessage(create(schema, message));
  }
}

async function* copyEach<T extends Message>(messages: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const message of messages) {
    yield copyMessage(message);
  }
}
