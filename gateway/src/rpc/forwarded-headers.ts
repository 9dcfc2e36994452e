import { REQUEST_ID_HEADER } from "@portfolio/platform/rpc/request-id";

/**
 * Request headers that reach a service. Any other stays at the gateway: credentials above all,
 * and what belongs to one hop only.
 */
const FORWARDED_HEADERS = ["traceparent", "tracestate", "idempotency-key"] as const;

/** Makes the headers of a call to a service. */
export function forwardedHeaders(
  headerOf: (name: string) => string | null | undefined,
  requestId: string,
): Record<string, string> {
  const headers: Record<string, string> = { [REQUEST_ID_HEADER]: requestId };
  for (const name of FORWARDED_HEADERS) {
    const value = headerOf(name);
    if (value !== undefined && value !== null) {
      headers[name] = value;
    }
  }
  return headers;
}
