import type { DescMessage, Message } from "@bufbuild/protobuf";
import type {
  StreamRequest,
  StreamResponse,
  UnaryRequest,
  UnaryResponse,
} from "@connectrpc/connect";
import type {
  CallOptions,
  Client,
  ClientDuplexStream,
  Metadata,
  ServiceError,
} from "@grpc/grpc-js";
import { iterateUntilAborted } from "./abortable.ts";
import { deadlineKey } from "./call-values.ts";
import { decodeMessage, encodeMessage } from "./codec.ts";
import { fromServiceError } from "./grpc-status.ts";
import { toHeaders, toMetadata } from "./metadata.ts";
import { type AnyCall, methodPath } from "./procedure.ts";

type MessageStream = ClientDuplexStream<Message, Message>;

/** Makes the innermost call of a client: the one that goes over the wire. */
export function wireCall(client: Client): AnyCall {
  return (request) =>
    request.stream ? streamOverWire(client, request) : unaryOverWire(client, request);
}

function unaryOverWire(client: Client, request: UnaryRequest): Promise<UnaryResponse> {
  const { method, service, signal } = request;
  const header = new Headers();
  const trailer = new Headers();
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(
      methodPath(method),
      encoder(method.input),
      decoder(method.output),
      request.message,
      toMetadata(request.header),
      callOptions(request),
      (error, message) => {
        signal.removeEventListener("abort", cancel);
        if (message === undefined) {
          reject(fromServiceError(error as ServiceError, service.typeName));
        } else {
          resolve({ stream: false, service, method, header, trailer, message });
        }
      },
    );
    const cancel = () => call.cancel();
    call.on("metadata", (metadata) => appendTo(header, metadata));
    call.on("status", (status) => appendTo(trailer, status.metadata));
    onAbort(signal, cancel);
  });
}

async function streamOverWire(client: Client, request: StreamRequest): Promise<StreamResponse> {
  const { method, service, signal } = request;
  const call: MessageStream = client.makeBidiStreamRequest(
    methodPath(method),
    encoder(method.input),
    decoder(method.output),
    toMetadata(request.header),
    callOptions(request),
  );
  const header = new Headers();
  const trailer = new Headers();
  const cancel = () => call.cancel();
  const over = new AbortController();
  call.once("status", (status) => {
    appendTo(trailer, status.metadata);
    signal.removeEventListener("abort", cancel);
    over.abort();
  });
  // Without a listener, an error that arrives while nobody reads would end the process.
  call.on("error", () => undefined);
  onAbort(signal, cancel);

  const sending = sendAll(call, request.message, over.signal);
  const message = receiveAll(call, sending, service.typeName);
  await headerOrEnd(call, header);
  return { stream: true, service, method, header, trailer, message };
}

/** Resolves at the first bytes of the answer, or at its end when it has none. */
function headerOrEnd(call: MessageStream, header: Headers): Promise<void> {
  return new Promise((resolve) => {
    call.once("metadata", (metadata) => {
      appendTo(header, metadata);
      resolve();
    });
    call.once("status", () => resolve());
  });
}

/** Comes to undefined once all is sent or the call is over, or to what the input threw. */
async function sendAll(
  call: MessageStream,
  messages: AsyncIterable<Message>,
  over: AbortSignal,
): Promise<unknown> {
  try {
    for await (const message of iterateUntilAborted(messages, over)) {
      if (!call.write(message)) {
        await drained(call);
      }
    }
    call.end();
    return undefined;
  } catch (error) {
    if (over.aborted) {
      return undefined;
    }
    call.cancel();
    return error;
  }
}

function drained(call: MessageStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off("drain", done);
      call.off("status", done);
      resolve();
    };
    call.once("drain", done);
    call.once("status", done);
  });
}

/**
 * Yields the answer. The first message is asked for at once, because the stream
 * notices its own error only while it is read.
 */
function receiveAll(
  call: MessageStream,
  sending: Promise<unknown>,
  service: string,
): AsyncIterable<Message> {
  const iterator: AsyncIterator<Message> = call.iterator({ destroyOnReturn: false });
  let first: Promise<IteratorResult<Message>> | undefined = iterator.next();
  first.catch(() => undefined);
  const next = async (): Promise<IteratorResult<Message>> => {
    try {
      const result = first ?? iterator.next();
      first = undefined;
      return await result;
    } catch (error) {
      const inputError = await sending;
      throw inputError ?? fromServiceError(error as ServiceError, service);
    }
  };
  const stop = async (): Promise<IteratorResult<Message>> => {
    call.cancel();
    await iterator.return?.();
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: stop }) };
}

function callOptions({ contextValues }: UnaryRequest | StreamRequest): CallOptions {
  const deadline = contextValues.get(deadlineKey);
  return deadline === undefined ? {} : { deadline };
}

function onAbort(signal: AbortSignal, action: () => void): void {
  if (signal.aborted) {
    action();
  } else {
    signal.addEventListener("abort", action, { once: true });
  }
}

function appendTo(headers: Headers, metadata: Metadata): void {
  for (const [name, value] of toHeaders(metadata)) {
    headers.append(name, value);
  }
}

function encoder(schema: DescMessage): (message: Message) => Buffer {
  return (message) => encodeMessage(schema, message);
}

function decoder(schema: DescMessage): (bytes: Buffer) => Message {
  return (bytes) => decodeMessage(schema, bytes);
}
