import { HEALTH_DESCRIPTION_HEADER } from "@portfolio/platform/rpc/health";
import { REQUEST_ID_HEADER } from "@portfolio/platform/rpc/request-id";

/** Which headers pass through the gateway. Any other stays on its side. */
export interface HeaderRules {
  /** From clients to services. Credentials and what belongs to one hop are not among them. */
  readonly request: readonly string[];
  /** From services to clients, as headers or trailers. */
  readonly answer: readonly string[];
}

export const HEADER_RULES: HeaderRules = {
  request: ["traceparent", "tracestate", "idempotency-key"],
  answer: [HEALTH_DESCRIPTION_HEADER],
};

/** Makes the headers of a call to a service. */
export function requestHeaders(
  rules: HeaderRules,
  headerOf: (name: string) => string | null | undefined,
  requestId: string,
): Record<string, string> {
  const headers: Record<string, string> = { [REQUEST_ID_HEADER]: requestId };
  for (const name of rules.request) {
    const value = headerOf(name);
    if (value !== undefined && value !== null) {
      headers[name] = value;
    }
  }
  return headers;
}

/** Hands each header, or trailer, of a service's answer that clients may see to `set`. */
export function passAnswerHeaders(
  rules: HeaderRules,
  headers: Headers,
  set: (name: string, value: string) => void,
): void {
  for (const name of rules.answer) {
    const value = headers.get(name);
    if (value !== null) {
      set(name, value);
    }
  }
}
