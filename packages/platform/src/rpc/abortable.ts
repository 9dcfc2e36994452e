/** Settles as `work` does, or rejects with the signal's reason as soon as the signal aborts. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    work.catch(ignore);
    return Promise.reject(signal.reason);
  }
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/**
 * Ends a stream with the signal's reason as soon as the signal aborts, and tells
 * its producer to stop. A producer that ignores both is left behind.
 */
export function iterateUntilAborted<T>(
  messages: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = messages[Symbol.asyncIterator]();
      const stop = () => {
        iterator.return?.().catch(ignore);
      };
      return {
        async next() {
          try {
            return await untilAborted(iterator.next(), signal);
          } catch (error) {
            stop();
            throw error;
          }
        },
        async return() {
          stop();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** What an abandoned promise comes to is of no interest: its reader has gone. */
function ignore(): void {}
