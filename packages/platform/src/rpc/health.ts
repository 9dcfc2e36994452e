import { setTimeout } from "node:timers/promises";
import type { DescService } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "@portfolio/gen/grpc/health/v1/health_pb.js";
import { AppError } from "../app-error.ts";
import { untilAborted } from "./abortable.ts";
import { type Registration, register } from "./registration.ts";

/** Time that a check may take, in ms. */
const CHECK_TIMEOUT_MS = 2000;
/** Time between two looks of a watcher, in ms. */
const WATCH_INTERVAL_MS = 5000;
/** Answer header with the reason of NOT_SERVING, percent-encoded. */
export const HEALTH_DESCRIPTION_HEADER = "x-health-description";

type Check = (signal: AbortSignal) => Promise<void>;

/** What one check found. */
export interface HealthReport {
  /** Name of the check, such as `database`. */
  readonly name: string;
  readonly serving: boolean;
  /** What is wrong, in one sentence. Empty when serving. */
  readonly description: string;
  readonly durationMs: number;
}

/** The named checks that decide whether a service can do its work. */
export class HealthChecks {
  readonly #checks = new Map<string, Check>();
  readonly #drain = new AbortController();

  /** @param check - Resolves when serving. Rejects when not: an `AppError`'s message is shown. */
  add(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  get names(): string[] {
    return [...this.#checks.keys()];
  }

  /** Runs one check, or all. Never rejects. An unknown name gives no report. */
  run(name?: string): Promise<HealthReport[]> {
    const names = name === undefined ? this.names : [name];
    return Promise.all(
      names.flatMap((each) => {
        const check = this.#checks.get(each);
        return check === undefined ? [] : [runCheck(each, check)];
      }),
    );
  }

  /** From now on nothing is serving, so that callers go elsewhere. */
  startDraining(): void {
    this.#drain.abort();
  }

  get draining(): boolean {
    return this.#drain.signal.aborted;
  }

  /** Resolves after the time, or as soon as draining starts or the signal aborts. */
  async pause(durationMs: number, signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([this.#drain.signal, signal]);
    await setTimeout(durationMs, undefined, { signal: either }).catch(() => undefined);
  }
}

async function runCheck(name: string, check: Check): Promise<HealthReport> {
  const startMs = performance.now();
  const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  const report = (serving: boolean, description: string): HealthReport => ({
    name,
    serving,
    description,
    durationMs: performance.now() - startMs,
  });
  try {
    await untilAborted(check(signal), signal);
    return report(true, "");
  } catch (error) {
    return report(false, describeFailure(error, signal));
  }
}

function describeFailure(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) {
    return `The check did not finish in ${CHECK_TIMEOUT_MS} ms.`;
  }
  return error instanceof AppError ? error.message : "The check failed.";
}

interface Finding {
  readonly status: ServingStatus;
  readonly description: string;
}

/**
 * Serves grpc.health.v1 from named checks.
 *
 * The empty name and each service's name stand for all checks together; a
 * check's name, such as `database`, for that check alone.
 */
export function healthRegistration(
  health: HealthChecks,
  services: readonly DescService[],
  { watchIntervalMs = WATCH_INTERVAL_MS }: { readonly watchIntervalMs?: number } = {},
): Registration {
  const serviceNames = new Set(["", ...services.map(({ typeName }) => typeName)]);

  const find = async (name: string): Promise<Finding | undefined> => {
    if (serviceNames.has(name)) {
      return overall(health, await health.run());
    }
    const [report] = await health.run(name);
    return report && overall(health, [report]);
  };

  return register(Health, {
    check: ({ service }, context) => checkHealth(service, find, context),
    watch: ({ service }, { signal }) =>
      watchHealth({
        find: () => find(service),
        isOver: () => health.draining || signal.aborted,
        pause: () => health.pause(watchIntervalMs, signal),
      }),
    list: async () => {
      const reports = await health.run();
      const entries = [
        ...[...serviceNames].map((name) => [name, overall(health, reports)] as const),
        ...reports.map((report) => [report.name, overall(health, [report])] as const),
      ];
      return {
        statuses: Object.fromEntries(entries.map(([name, { status }]) => [name, { status }])),
      };
    },
  });
}

async function checkHealth(
  service: string,
  find: (name: string) => Promise<Finding | undefined>,
  { responseHeader }: HandlerContext,
) {
  const finding = await find(service);
  if (finding === undefined) {
    throw new AppError("not-found", "SERVICE_UNKNOWN", `"${service}" is not a service or check.`);
  }
  if (finding.description !== "") {
    responseHeader.set(HEALTH_DESCRIPTION_HEADER, encodeURIComponent(finding.description));
  }
  return { status: finding.status };
}

interface Watch {
  find(): Promise<Finding | undefined>;
  isOver(): boolean;
  pause(): Promise<void>;
}

/** Yields the status now and at each change, until the caller leaves or the server drains. */
async function* watchHealth({ find, isOver, pause }: Watch) {
  let last: ServingStatus | undefined;
  for (;;) {
    const over = isOver();
    const status = (await find())?.status ?? ServingStatus.SERVICE_UNKNOWN;
    if (status !== last) {
      last = status;
      yield { status };
    }
    if (over) {
      return;
    }
    await pause();
  }
}

function overall(health: HealthChecks, reports: readonly HealthReport[]): Finding {
  if (health.draining) {
    return { status: ServingStatus.NOT_SERVING, description: "Shutting down." };
  }
  const failed = reports.filter(({ serving }) => !serving);
  return failed.length === 0
    ? { status: ServingStatus.SERVING, description: "" }
    : {
        status: ServingStatus.NOT_SERVING,
        description: failed.map(({ name, description }) => `${name}: ${description}`).join(" "),
      };
}
