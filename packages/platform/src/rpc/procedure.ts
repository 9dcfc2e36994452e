import {
  create,
  type DescMessage,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  type DescService,
} from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createServiceImplSpec,
  type HandlerContext,
  type Interceptor,
  type MethodImplSpec,
  type StreamRequest,
  type UnaryRequest,
} from "@connectrpc/connect";
import { deadlineKey, decodeErrorKey } from "./call-values.ts";
import type { Registration } from "./registration.ts";

/** A call as interceptors see it. */
export type AnyCall = Parameters<Interceptor>[0];

/** One method, ready to be called: its interceptors around its implementation. */
export interface Procedure {
  readonly method: DescMethod;
  readonly call: AnyCall;
}

/** Makes a procedure of each method, by path, such as `/portfolio.data.v1.PriceService/GetPrices`. */
export function createProcedures(
  registrations: readonly Registration[],
  interceptors: readonly Interceptor[],
): ReadonlyMap<string, Procedure> {
  const procedures = new Map<string, Procedure>();
  for (const { service, implementation } of registrations) {
    const { methods } = createServiceImplSpec(service, implementation);
    for (const spec of Object.values(methods)) {
      const call = intercept(implementationCall(spec, service), interceptors);
      procedures.set(methodPath(spec.method), { method: spec.method, call });
    }
  }
  return procedures;
}

/** Returns the path of a method in HTTP/2, `/package.Service/Method`. */
export function methodPath(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** Whether both the request and the answer are single messages. */
export function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === "unary";
}

/** Whether the request, the answer or both are streams. */
export function isStreaming(method: DescMethod): method is DescMethodStreaming {
  return method.methodKind !== "unary";
}

/** Wraps a call in interceptors, the first outermost. */
export function intercept(call: AnyCall, interceptors: readonly Interceptor[]): AnyCall {
  return interceptors.reduceRight((next, interceptor) => interceptor(next), call);
}

function implementationCall(spec: MethodImplSpec, service: DescService): AnyCall {
  return (request) =>
    request.stream ? streamCall(spec, service, request) : unaryCall(spec, service, request);
}

async function unaryCall(spec: MethodImplSpec, service: DescService, request: UnaryRequest) {
  if (spec.kind !== "unary") {
    throw wrongKind(spec);
  }
  const decodeError = request.contextValues.get(decodeErrorKey);
  if (decodeError !== undefined) {
    throw decodeError;
  }
  const context = new CallContext(request);
  const message = create(spec.method.output, await spec.impl(request.message, context));
  return {
    stream: false as const,
    service,
    method: spec.method,
    message,
    header: context.responseHeader,
    trailer: context.responseTrailer,
  };
}

async function streamCall(spec: MethodImplSpec, service: DescService, request: StreamRequest) {
  if (spec.kind === "unary") {
    throw wrongKind(spec);
  }
  const context = new CallContext(request);
  return {
    stream: true as const,
    service,
    method: spec.method,
    message: createEach(spec.method.output, outputOf(spec, request, context)),
    header: context.responseHeader,
    trailer: context.responseTrailer,
  };
}

function outputOf(
  spec: Exclude<MethodImplSpec, { kind: "unary" }>,
  request: StreamRequest,
  context: HandlerContext,
) {
  switch (spec.kind) {
    case "server_streaming":
      return serverStream(spec, request, context);
    case "client_streaming":
      return single(() => spec.impl(request.message, context));
    case "bidi_streaming":
      return spec.impl(request.message, context);
  }
}

async function* serverStream(
  spec: Extract<MethodImplSpec, { kind: "server_streaming" }>,
  request: StreamRequest,
  context: HandlerContext,
) {
  for await (const message of request.message) {
    yield* spec.impl(message, context);
    return;
  }
  throw new ConnectError("the request has no message", Code.InvalidArgument);
}

async function* single<T>(answer: () => Promise<T>): AsyncGenerator<T> {
  yield await answer();
}

async function* createEach<D extends DescMessage>(
  schema: D,
  messages: AsyncIterable<Parameters<typeof create<D>>[1]>,
) {
  for await (const message of messages) {
    yield create(schema, message);
  }
}

function wrongKind(spec: MethodImplSpec): ConnectError {
  return new ConnectError(`${spec.method.name} is ${spec.kind}`, Code.Unimplemented);
}

/** What a handler learns of its call. Response headers exist once somebody asks for them. */
class CallContext implements HandlerContext {
  readonly #request: UnaryRequest | StreamRequest;
  readonly protocolName = "grpc";
  #responseHeader: Headers | undefined;
  #responseTrailer: Headers | undefined;

  constructor(request: UnaryRequest | StreamRequest) {
    this.#request = request;
  }

  get method(): DescMethod {
    return this.#request.method;
  }

  get service(): DescService {
    return this.#request.service;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  get requestMethod(): string {
    return this.#request.requestMethod;
  }

  get requestHeader(): Headers {
    return this.#request.header;
  }

  get url(): string {
    return this.#request.url;
  }

  get values() {
    return this.#request.contextValues;
  }

  get responseHeader(): Headers {
    this.#responseHeader ??= new Headers();
    return this.#responseHeader;
  }

  get responseTrailer(): Headers {
    this.#responseTrailer ??= new Headers();
    return this.#responseTrailer;
  }

  /** Milliseconds left, never negative. Undefined when nobody set a deadline. */
  readonly timeoutMs = (): number | undefined => {
    const deadline = this.values.get(deadlineKey);
    return deadline === undefined ? undefined : Math.max(0, deadline - Date.now());
  };
}
