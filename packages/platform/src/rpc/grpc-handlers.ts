import { setImmediate } from "node:timers/promises";
import {
  create,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  type Message,
} from "@bufbuild/protobuf";
import {
  ConnectError,
  type ContextValues,
  createContextValues,
  type StreamResponse,
} from "@connectrpc/connect";
import type {
  handleUnaryCall,
  MethodDefinition,
  ServerDuplexStream,
  StatusObject,
  UntypedHandleCall,
} from "@grpc/grpc-js";
import type { Logger } from "pino";
import { AppError } from "../app-error.ts";
import { iterateUntilAborted } from "./abortable.ts";
import { deadlineKey, decodeErrorKey, peerKey } from "./call-values.ts";
import { decodeMessage, encodeMessage } from "./codec.ts";
import { canceled, deadlineExceeded } from "./error-mapping.ts";
import { toGrpcStatus } from "./grpc-status.ts";
import { toHeaders, toMetadata } from "./metadata.ts";
import { type AnyCall, isStreaming, isUnary, methodPath, type Procedure } from "./procedure.ts";

type ServerCall =
  | Parameters<handleUnaryCall<Buffer, Buffer>>[0]
  | ServerDuplexStream<Buffer, Buffer>;

/** Turns what went wrong into the status that ends the call. */
type Fail = (error: unknown) => Partial<StatusObject>;

/**
 * Describes a method to grpc-js as one that carries bytes.
 *
 * Encoding and decoding happen in the handler, so that a malformed message gets
 * the same kind of answer as any other bad request.
 */
export function byteMethodDefinition({ method }: Procedure): MethodDefinition<Buffer, Buffer> {
  const streams = method.methodKind !== "unary";
  return {
    path: methodPath(method),
    requestStream: streams,
    responseStream: streams,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
    originalName: method.localName,
  };
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

/** Makes the grpc-js handler of a procedure. */
export function grpcHandler({ method, call }: Procedure, log: Logger): UntypedHandleCall {
  const fail = (error: unknown): Partial<StatusObject> => {
    if (!(error instanceof ConnectError)) {
      log.error({ err: error, method: methodPath(method) }, "answer could not be sent");
    }
    return toGrpcStatus(error);
  };
  if (isUnary(method)) {
    return unaryHandler(method, call, fail);
  }
  if (isStreaming(method)) {
    return (serverCall: ServerDuplexStream<Buffer, Buffer>) =>
      void serveStream(method, call, serverCall, fail);
  }
  throw new TypeError(`${method.name} is of no known kind`);
}

function unaryHandler(
  method: DescMethodUnary,
  call: AnyCall,
  fail: Fail,
): handleUnaryCall<Buffer, Buffer> {
  return async (serverCall, callback) => {
    const { request, release } = requestCommon(method, serverCall);
    try {
      const message = decodeOrEmpty(method, serverCall.request, request.contextValues);
      const response = await call({ ...request, stream: false, method, message });
      const bytes = encodeMessage(method.output, response.message as Message);
      serverCall.sendMetadata(toMetadata(response.header));
      callback(null, bytes, toMetadata(response.trailer));
    } catch (error) {
      callback(fail(error));
    } finally {
      release();
    }
  };
}

async function serveStream(
  method: DescMethodStreaming,
  call: AnyCall,
  serverCall: ServerDuplexStream<Buffer, Buffer>,
  fail: Fail,
): Promise<void> {
  const { request, release } = requestCommon(method, serverCall);
  const message = iterateUntilAborted(
    decodeEach(method, serverCall, request.signal),
    request.signal,
  );
  try {
    const response = await call({ ...request, stream: true, method, message });
    await sendAll(serverCall, response as StreamResponse, request.signal);
    serverCall.end(toMetadata(response.trailer));
  } catch (error) {
    serverCall.emit("error", fail(error));
  } finally {
    release();
  }
}

/** Sends each message when the connection has taken the one before. */
async function sendAll(
  call: ServerDuplexStream<Buffer, Buffer>,
  response: StreamResponse,
  signal: AbortSignal,
): Promise<void> {
  let headerSent = false;
  for await (const message of iterateUntilAborted(response.message, signal)) {
    if (!headerSent) {
      headerSent = true;
      call.sendMetadata(toMetadata(response.header));
    }
    if (!call.write(encodeMessage(response.method.output, message))) {
      await drained(call, signal);
    }
  }
  if (!headerSent) {
    call.sendMetadata(toMetadata(response.header));
  }
}

/** Resolves when there is room again, or when nobody waits for more. */
function drained(call: ServerDuplexStream<Buffer, Buffer>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    call.once("drain", done);
    signal.addEventListener("abort", done, { once: true });
  });
}

/** What a call is, without its message, and a function that says it is over. */
function requestCommon(method: DescMethod, call: ServerCall) {
  const deadline = deadlineOf(call);
  const controller = new AbortController();
  const onCancelled = () => controller.abort(cancelReason(deadline));
  call.once("cancelled", onCancelled);
  const request = {
    service: method.parent,
    requestMethod: "POST",
    url: `grpc://${call.getHost()}${methodPath(method)}`,
    signal: controller.signal,
    header: toHeaders(call.metadata),
    contextValues: createContextValues().set(deadlineKey, deadline).set(peerKey, call.getPeer()),
  };
  return { request, release: () => call.off("cancelled", onCancelled) };
}

function deadlineOf(call: ServerCall): number | undefined {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? deadline : undefined;
}

/** grpc-js says "cancelled" both when the caller leaves and when time is up. */
function cancelReason(deadline: number | undefined) {
  return deadline !== undefined && Date.now() >= deadline ? deadlineExceeded() : canceled();
}

async function* decodeEach(
  method: DescMethod,
  call: ServerDuplexStream<Buffer, Buffer>,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  for await (const bytes of call.iterator({ destroyOnReturn: false })) {
    yield decode(method, bytes);
  }
  // A stream that the client reset ends like a finished one; "cancelled" follows
  // a few ticks later. A half-sent upload must not pass for a whole one.
  await setImmediate();
  signal.throwIfAborted();
}

/** Notes what is wrong with the bytes, so that the call is logged and answered like any other. */
function decodeOrEmpty(method: DescMethod, bytes: Buffer, values: ContextValues): Message {
  try {
    return decode(method, bytes);
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    values.set(decodeErrorKey, error);
    return create(method.input);
  }
}

function decode(method: DescMethod, bytes: Buffer): Message {
  try {
    return decodeMessage(method.input, bytes);
  } catch (cause) {
    const message = `The request is not a valid ${method.input.typeName}.`;
    throw new AppError("invalid-argument", "REQUEST_MALFORMED", message, { cause });
  }
}
