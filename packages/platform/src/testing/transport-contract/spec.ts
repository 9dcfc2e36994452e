import {
  Code,
  ConnectError,
  createClient,
  type ServiceImpl,
  type Transport,
} from "@connectrpc/connect";
import type { Registration } from "../../rpc/registration.ts";
import { register } from "../../rpc/registration.ts";
import { EchoService } from "./echo-service.ts";

/** Serves the registrations over the transport under test, and opens a client to them. */
export type Open = (registrations: readonly Registration[]) => Promise<Transport>;

/** Something that must hold on every transport. */
export interface TransportSpec {
  readonly title: string;
  /** Whether the client sends a stream, which browsers and HTTP/1.1 cannot. */
  readonly clientStreams?: boolean;
  readonly run: (open: Open) => Promise<void>;
}

/** Opens a client of `EchoService`. Methods that are left out fail the test when called. */
export async function openEcho(open: Open, handlers: Partial<ServiceImpl<typeof EchoService>>) {
  const transport = await open([registerEcho(handlers)]);
  return createClient(EchoService, transport);
}

export function registerEcho(handlers: Partial<ServiceImpl<typeof EchoService>>): Registration {
  const unused = () => {
    throw new Error("this handler is not expected to be called");
  };
  return register(EchoService, {
    echo: unused,
    split: unused,
    join: unused,
    chat: unused,
    ...handlers,
  });
}

/** Returns the error that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  const error: unknown = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) {
    throw new Error("the call did not fail with a ConnectError", { cause: error });
  }
  return error;
}

/** Reads a stream to its end, and returns what came and what ended it. */
export async function drainStream<T>(
  messages: AsyncIterable<T>,
): Promise<{ received: T[]; error: ConnectError | undefined }> {
  const received: T[] = [];
  try {
    for await (const message of messages) {
      received.push(message);
    }
    return { received, error: undefined };
  } catch (error) {
    return { received, error: ConnectError.from(error, Code.Unknown) };
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener("abort", () => resolve(), { once: true });
    }
  });
}

/** A promise and the function that resolves it. */
export function signalled<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((onResolve) => {
    resolve = onResolve;
  });
  return { promise, resolve };
}

/** A promise that never settles, like a handler that does not listen. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
