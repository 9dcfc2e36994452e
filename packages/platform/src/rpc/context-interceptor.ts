import { ConnectError, type Interceptor } from "@connectrpc/connect";
import { deadlineKey } from "./call-values.ts";
import { methodPath } from "./procedure.ts";
import { type RequestContext, runInRequest } from "./request-context.ts";
import { acceptRequestId, REQUEST_ID_HEADER } from "./request-id.ts";
import { observeStream } from "./stream-observer.ts";

/**
 * Gives each call its request context, and echoes the request id in the answer.
 *
 * A stream keeps the context through the deadline interceptor, which completes it.
 */
export function contextInterceptor(): Interceptor {
  return (next) => async (request) => {
    const context: RequestContext = {
      requestId: acceptRequestId(request.header.get(REQUEST_ID_HEADER)),
      method: methodPath(request.method).slice(1),
      deadline: request.contextValues.get(deadlineKey),
    };
    const mapError = (error: unknown) => withRequestId(error, context.requestId);
    try {
      const response = await runInRequest(context, () => next(request));
      response.header.set(REQUEST_ID_HEADER, context.requestId);
      return response.stream
        ? { ...response, message: observeStream(response.message, { mapError }) }
        : response;
    } catch (error) {
      throw mapError(error);
    }
  };
}

function withRequestId(error: unknown, requestId: string): unknown {
  if (error instanceof ConnectError) {
    error.metadata.set(REQUEST_ID_HEADER, requestId);
  }
  return error;
}
