import { AppError } from "@portfolio/platform/app-error";
import { MAX_TIMEOUT_MS } from "../http/limits.ts";
import { type HttpRequest, headerOf } from "../http/messages.ts";

/**
 * Reads how long a caller in the Connect protocol waits, at most as long as the gateway lets it.
 *
 * @returns Milliseconds. Undefined when the caller does not say: then the service has a default.
 * @throws {AppError} `TIMEOUT_INVALID`: the header is not a number of milliseconds.
 */
export function readTimeout(request: HttpRequest): number | undefined {
  const text = headerOf(request, "connect-timeout-ms");
  if (text === undefined) {
    return undefined;
  }
  if (!/^\d{1,10}$/.test(text)) {
    const message = `connect-timeout-ms must be up to ten digits, not ${JSON.stringify(text)}.`;
    throw new AppError("invalid-argument", "TIMEOUT_INVALID", message);
  }
  return Math.min(Number(text), MAX_TIMEOUT_MS);
}
