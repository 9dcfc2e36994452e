import { AsyncLocalStorage } from "node:async_hooks";

/** Facts of the call that the running code works for. */
export interface RequestContext {
  /** UUID or ULID that ties together logs, errors and answers of one request. */
  readonly requestId: string;
  /** Full name, such as `portfolio.data.v1.PriceService/GetPrices`. */
  readonly method: string;
  /** When the answer must be there, in ms since 1970. Undefined for an unbounded stream. */
  readonly deadline: number | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Returns the context of the call that is being served, or undefined outside of calls. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

/** Runs `action`, and everything that it starts, in the given context. */
export function runInRequest<T>(context: RequestContext, action: () => T): T {
  return storage.run(context, action);
}

/**
 * Makes each step of a stream run in the given context.
 *
 * An async generator runs in the context of whoever asks for its next value,
 * not in the one that made it.
 */
export function iterateInRequest<T>(
  context: RequestContext,
  messages: AsyncIterable<T>,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = storage.run(context, () => messages[Symbol.asyncIterator]());
      return {
        next: () => storage.run(context, () => iterator.next()),
        return: () =>
          storage.run(context, async () => {
            await iterator.return?.();
            return { done: true as const, value: undefined };
          }),
      };
    },
  };
}
