import type { Interceptor } from "@connectrpc/connect";
import { toConnectError } from "./error-mapping.ts";
import { currentRequest } from "./request-context.ts";
import { observeStream } from "./stream-observer.ts";

/** Turns what a handler throws, at once or in mid-stream, into the status that the caller sees. */
export function errorInterceptor(): Interceptor {
  return (next) => async (request) => {
    const requestId = currentRequest()?.requestId;
    const mapError = (error: unknown) => toConnectError(error, requestId);
    try {
      const response = await next(request);
      return response.stream
        ? { ...response, message: observeStream(response.message, { mapError }) }
        : response;
    } catch (error) {
      throw mapError(error);
    }
  };
}
