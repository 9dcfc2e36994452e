import { Code, type ConnectError } from "@connectrpc/connect";
import { errorReason } from "@portfolio/platform/rpc/error-mapping";
import { statusName } from "@portfolio/platform/rpc/status-name";
import type { Logger } from "pino";
import { Gauge, Histogram, type Registry } from "prom-client";
import type { Route } from "./route.ts";

const BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** Probes ask every few seconds: their lines are of interest only when looking for them. */
const QUIET_SERVICES: ReadonlySet<string> = new Set(["grpc.health.v1.Health"]);

/** A call that is being served. */
export interface CallStart {
  readonly requestId: string;
  readonly route: Route;
  /** Protocol and encoding, such as `connect+json`. */
  readonly protocol: string;
  /** Address of the caller. */
  readonly peer: string;
}

/** Told once, when a call ends. Undefined means that it succeeded. */
export type CallEnd = (error?: ConnectError) => void;

/**
 * Writes one log line and one measurement for each call that the gateway forwards.
 *
 * The measurements have names of their own: in one process with the services, those count
 * the same calls.
 */
export class CallRecorder {
  readonly #log: Logger;
  readonly #duration: Histogram;
  readonly #inFlight: Gauge;
  readonly #observers = new Map<string, { observe(seconds: number): void }>();

  constructor(log: Logger, registry: Registry) {
    this.#log = log.child({ area: "gateway" });
    this.#duration = new Histogram({
      name: "gateway_call_duration_seconds",
      help: "Time from a request at the gateway to the last message of its answer.",
      labelNames: ["rpc_method", "rpc_response_status_code"],
      buckets: BUCKETS_SECONDS,
      registers: [registry],
    });
    this.#inFlight = new Gauge({
      name: "gateway_calls_in_flight",
      help: "Calls that the gateway is serving.",
      registers: [registry],
    });
  }

  start(call: CallStart): CallEnd {
    const startMs = performance.now();
    let ended = false;
    this.#inFlight.inc();
    return (error) => {
      if (ended) {
        return;
      }
      ended = true;
      this.#inFlight.dec();
      const durationMs = performance.now() - startMs;
      this.#observer(call.route.path.slice(1), statusName(error)).observe(durationMs / 1000);
      this.#writeLine(call, durationMs, error);
    };
  }

  #observer(method: string, status: string): { observe(seconds: number): void } {
    const key = `${method} ${status}`;
    let observer = this.#observers.get(key);
    if (observer === undefined) {
      observer = this.#duration.labels(method, status);
      this.#observers.set(key, observer);
    }
    return observer;
  }

  #writeLine(call: CallStart, durationMs: number, error: ConnectError | undefined): void {
    const level = levelOf(call.route, error);
    if (!this.#log.isLevelEnabled(level)) {
      return;
    }
    this.#log[level](
      {
        method: call.route.path.slice(1),
        protocol: call.protocol,
        code: statusName(error),
        durationMs: Math.round(durationMs * 1000) / 1000,
        requestId: call.requestId,
        peer: call.peer,
        ...(error && { reason: errorReason(error) }),
        ...(error && isUnexpected(error) && { err: error.cause ?? error }),
      },
      "call forwarded",
    );
  }
}

function levelOf(
  route: Route,
  error: ConnectError | undefined,
): "debug" | "info" | "warn" | "error" {
  if (error === undefined) {
    return QUIET_SERVICES.has(route.method.parent.typeName) ? "debug" : "info";
  }
  if (isUnexpected(error)) {
    return "error";
  }
  return error.code === Code.Unavailable ? "warn" : "info";
}

function isUnexpected({ code }: ConnectError): boolean {
  return code === Code.Internal || code === Code.Unknown || code === Code.DataLoss;
}
