import type { Interceptor, StreamRequest, UnaryRequest } from "@connectrpc/connect";
import { canceled } from "./error-mapping.ts";
import { observeStream } from "./stream-observer.ts";

/** How a call ended. */
export interface CallOutcome {
  /** Undefined when it succeeded. */
  readonly error: unknown;
  /** From the request to the last message of the answer. */
  readonly durationMs: number;
}

/**
 * Makes an interceptor that is told of each call's beginning and end, once each,
 * for a stream at its last message.
 *
 * @param onStart - Called at the start. What it returns is called at the end.
 */
export function outcomeInterceptor(
  onStart: (request: UnaryRequest | StreamRequest) => (outcome: CallOutcome) => void,
): Interceptor {
  return (next) => async (request) => {
    const startMs = performance.now();
    const onOutcome = onStart(request);
    const onEnd = (error: unknown) => onOutcome({ error, durationMs: performance.now() - startMs });
    try {
      const response = await next(request);
      if (response.stream) {
        return {
          ...response,
          message: observeStream(response.message, { onEnd, abandoned: canceled }),
        };
      }
      onEnd(undefined);
      return response;
    } catch (error) {
      onEnd(error);
      throw error;
    }
  };
}
