import { TIMER_MS_MAX } from "./call-scope.ts";
import { currentRequest } from "./request-context.ts";
import { REQUEST_ID_HEADER } from "./request-id.ts";

/** What the constructor of `Headers` takes. */
export type HeadersInput = ConstructorParameters<typeof Headers>[0];

/** What a call takes along from the call that it is made for. */
export interface OutgoingCall {
  readonly header: Headers;
  /** When the caller gives up, in ms since 1970. Undefined when it waits for ever. */
  readonly deadline: number | undefined;
}

/** Adds the request id and what is left of the time, when made while serving another call. */
export function propagate(headerInit: HeadersInput, timeoutMs: number | undefined): OutgoingCall {
  const header = new Headers(headerInit);
  const own = deadlineIn(timeoutMs);
  const parent = currentRequest();
  if (parent === undefined) {
    return { header, deadline: own };
  }
  if (!header.has(REQUEST_ID_HEADER)) {
    header.set(REQUEST_ID_HEADER, parent.requestId);
  }
  return { header, deadline: earlier(own, parent.deadline) };
}

/** A time that no timer can wait for means none: grpc-js would take it for no time at all. */
function deadlineIn(timeoutMs: number | undefined): number | undefined {
  return timeoutMs === undefined || timeoutMs > TIMER_MS_MAX ? undefined : Date.now() + timeoutMs;
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
