import type { Interceptor, Transport } from "@connectrpc/connect";
import pino from "pino";
import { Registry } from "prom-client";
import { afterEach, describe, it } from "vitest";
import type { Registration } from "../rpc/registration.ts";
import { serverInterceptors } from "../rpc/server-interceptors.ts";
import { CONTRACT_TIMEOUTS, deadlineSpecs } from "./transport-contract/deadlines.ts";
import { errorSpecs } from "./transport-contract/errors.ts";
import { isolationSpecs } from "./transport-contract/isolation.ts";
import type { Open } from "./transport-contract/spec.ts";
import { streamSpecs } from "./transport-contract/streams.ts";
import { unarySpecs } from "./transport-contract/unary.ts";

/** Serves the registrations and opens a transport to them. */
export type MakeTransport = (
  registrations: readonly Registration[],
  interceptors: readonly Interceptor[],
) => Promise<{ readonly transport: Transport; close(): Promise<void> | void }>;

export interface TransportTraits {
  /** Whether clients can send streams. Over HTTP/1.1 and from browsers they cannot. */
  readonly clientStreams: boolean;
}

const GROUPS = {
  "single messages": unarySpecs,
  errors: errorSpecs,
  streams: streamSpecs,
  "deadlines and cancellation": deadlineSpecs,
  isolation: isolationSpecs,
};

/** Runs the specifications that every transport must meet. */
export function describeTransports(
  name: string,
  makeTransport: MakeTransport,
  { clientStreams }: TransportTraits,
): void {
  const closers: (() => Promise<void> | void)[] = [];
  const open: Open = async (registrations) => {
    const { transport, close } = await makeTransport(registrations, contractInterceptors());
    closers.push(close);
    return transport;
  };

  describe(`transport: ${name}`, () => {
    afterEach(async () => {
      await Promise.all(closers.splice(0).map((close) => close()));
    });
    for (const [group, specs] of Object.entries(GROUPS)) {
      describe(group, () => {
        for (const spec of specs) {
          it.skipIf(spec.clientStreams === true && !clientStreams)(spec.title, () =>
            spec.run(open),
          );
        }
      });
    }
  });
}

function contractInterceptors(): Interceptor[] {
  return serverInterceptors({
    area: "contract",
    log: pino({ level: "silent" }),
    metrics: { registry: new Registry() },
    ...CONTRACT_TIMEOUTS,
  });
}
