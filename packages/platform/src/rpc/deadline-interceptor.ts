import type { Interceptor, StreamRequest, UnaryRequest } from "@connectrpc/connect";
import { iterateUntilAborted, untilAborted } from "./abortable.ts";
import { CallScope } from "./call-scope.ts";
import { deadlineKey } from "./call-values.ts";
import { currentRequest, iterateInRequest, runInRequest } from "./request-context.ts";
import { observeStream } from "./stream-observer.ts";

export interface DeadlineOptions {
  /** For callers that set none, in ms. */
  readonly defaultTimeoutMs: number;
  /** Longest time that a caller may ask for, in ms. */
  readonly maxTimeoutMs: number;
}

/**
 * Ends each call at its deadline, or when its caller gives up, also when the handler does not listen.
 *
 * Calls that answer with a stream may watch something for hours: they have the
 * caller's deadline only.
 */
export function deadlineInterceptor(options: DeadlineOptions): Interceptor {
  return (next) => async (request) => {
    const deadline = boundedDeadline(request, options);
    request.contextValues.set(deadlineKey, deadline);
    const scope = new CallScope(request.signal, deadline);
    const outer = currentRequest();
    const context = outer && { ...outer, deadline };
    const inContext = <T>(action: () => T): T =>
      context === undefined ? action() : runInRequest(context, action);
    try {
      const response = await untilAborted(
        inContext(() => next({ ...request, signal: scope.signal })),
        scope.signal,
      );
      if (!response.stream) {
        scope.end();
        return response;
      }
      const messages = iterateUntilAborted(response.message, scope.signal);
      const observed = observeStream(messages, { onEnd: () => scope.end() });
      return { ...response, message: context ? iterateInRequest(context, observed) : observed };
    } catch (error) {
      scope.end();
      throw error;
    }
  };
}

function boundedDeadline(
  request: UnaryRequest | StreamRequest,
  { defaultTimeoutMs, maxTimeoutMs }: DeadlineOptions,
): number | undefined {
  const asked = request.contextValues.get(deadlineKey);
  const { methodKind } = request.method;
  if (methodKind === "server_streaming" || methodKind === "bidi_streaming") {
    return asked;
  }
  const now = Date.now();
  return Math.min(asked ?? now + defaultTimeoutMs, now + maxTimeoutMs);
}
