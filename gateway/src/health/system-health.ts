import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "@portfolio/gen/grpc/health/v1/health_pb.js";
import { HealthState } from "@portfolio/gen/portfolio/gateway/v1/status_service_pb.js";
import { HEALTH_DESCRIPTION_HEADER } from "@portfolio/platform/rpc/health";
import type { Backend } from "../backend.ts";

/** Milliseconds that a backend gets to answer. */
const CHECK_TIMEOUT_MS = 1000;

/** Milliseconds for which an answer is given again, so that probes cannot become a load. */
const FRESH_MS = 250;

/** How one part of the system is. */
export interface PartReport {
  /** Backend, such as `optimization`, or one part of it, such as `optimization/database`. */
  readonly name: string;
  readonly state: HealthState;
  /** What is wrong, in one sentence. Empty when it is serving. */
  readonly description: string;
  /** Milliseconds that the check took. */
  readonly durationMs: number;
}

/** Asks every backend how it and its parts are, over grpc.health.v1. */
export class SystemHealth {
  readonly #backends: readonly { name: string; health: Client<typeof Health> }[];
  #latest: { readonly startMs: number; readonly reports: Promise<PartReport[]> } | undefined;

  constructor(backends: readonly Backend[]) {
    this.#backends = backends.map(({ name, transport }) => ({
      name,
      health: createClient(Health, transport),
    }));
  }

  /** Returns every backend and its parts, by name. Never rejects. */
  check(): Promise<PartReport[]> {
    const now = performance.now();
    if (this.#latest === undefined || now - this.#latest.startMs > FRESH_MS) {
      this.#latest = { startMs: now, reports: this.#checkAll() };
    }
    return this.#latest.reports;
  }

  async #checkAll(): Promise<PartReport[]> {
    const reports = await Promise.all(
      this.#backends.map(({ name, health }) => checkBackend(name, health)),
    );
    return reports.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** Returns the worst state of any part. What is not known is better than what is down. */
export function worstState(reports: readonly { state: HealthState }[]): HealthState {
  const states = new Set(reports.map(({ state }) => state));
  return (
    [HealthState.NOT_SERVING, HealthState.UNSPECIFIED].find((state) => states.has(state)) ??
    HealthState.SERVING
  );
}

async function checkBackend(name: string, health: Client<typeof Health>): Promise<PartReport[]> {
  const startMs = performance.now();
  const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  try {
    const { statuses } = await health.list({}, { signal, timeoutMs: CHECK_TIMEOUT_MS });
    const durationMs = performance.now() - startMs;
    const parts = Object.entries(statuses).filter(([part]) => part === "" || !part.includes("."));
    return await Promise.all(
      parts.map(async ([part, { status }]) => ({
        name: part === "" ? name : `${name}/${part}`,
        state: status === ServingStatus.SERVING ? HealthState.SERVING : HealthState.NOT_SERVING,
        description:
          status === ServingStatus.SERVING ? "" : await describeFailure(health, part, signal),
        durationMs,
      })),
    );
  } catch (error) {
    const durationMs = performance.now() - startMs;
    return [{ name, ...stateOfError(error, signal), durationMs }];
  }
}

/** Asks what is wrong with a part. The list of all of them has no room for it. */
async function describeFailure(
  health: Client<typeof Health>,
  part: string,
  signal: AbortSignal,
): Promise<string> {
  let description = "";
  const onHeader = (header: Headers) => {
    description = decodeURIComponent(header.get(HEALTH_DESCRIPTION_HEADER) ?? "");
  };
  await health.check({ service: part }, { signal, timeoutMs: CHECK_TIMEOUT_MS, onHeader });
  return description === "" ? "It is not serving." : description;
}

function stateOfError(
  error: unknown,
  signal: AbortSignal,
): { state: HealthState; description: string } {
  const { code } = ConnectError.from(error);
  if (signal.aborted || code === Code.DeadlineExceeded) {
    const description = `The check did not come back in ${CHECK_TIMEOUT_MS} ms.`;
    return { state: HealthState.UNSPECIFIED, description };
  }
  const description =
    code === Code.Unavailable ? "It cannot be reached." : "It cannot tell how it is.";
  return { state: HealthState.NOT_SERVING, description };
}
