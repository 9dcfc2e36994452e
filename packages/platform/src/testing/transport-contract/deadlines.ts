import { Code, createClient } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import { expect } from "vitest";
import { currentRequest } from "../../rpc/request-context.ts";
import { EchoService } from "./echo-service.ts";
import {
  aborted,
  drainStream,
  failureOf,
  never,
  openEcho,
  registerEcho,
  signalled,
  type TransportSpec,
} from "./spec.ts";

/** Time limits and cancellation. */
export const deadlineSpecs: readonly TransportSpec[] = [
  {
    title: "ends a call at its deadline, also when the handler does not listen",
    run: async (open) => {
      const handlerStopped = signalled();
      const echo = await openEcho(open, {
        echo: (_, { signal }) => {
          return aborted(signal)
            .then(handlerStopped.resolve)
            .then(never<object>);
        },
      });

      const error = await failureOf(echo.echo({}, { timeoutMs: 100 }));

      expect(error.code).toBe(Code.DeadlineExceeded);
      await handlerStopped.promise;
    },
  },
  {
    title: "gives a call that sets no deadline the server's default, with its reason",
    run: async (open) => {
      const echo = await openEcho(open, { echo: () => never() });

      const error = await failureOf(echo.echo({}));

      expect(error.code).toBe(Code.DeadlineExceeded);
      expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "DEADLINE_EXCEEDED" }]);
    },
  },
  {
    title: "tells the handler how much time is left, at most the server's limit",
    run: async (open) => {
      const echo = await openEcho(open, {
        echo: (_, { timeoutMs }) => ({ numbers: [timeoutMs() ?? Number.NaN] }),
      });

      const [short] = (await echo.echo({}, { timeoutMs: 1000 })).numbers;
      const [long] = (await echo.echo({}, { timeoutMs: 3_600_000 })).numbers;

      expect(short).toBeGreaterThan(0);
      expect(short).toBeLessThanOrEqual(1000);
      expect(long).toBeGreaterThan(1000);
      expect(long).toBeLessThanOrEqual(CONTRACT_TIMEOUTS.maxTimeoutMs);
    },
  },
  {
    title: "ends a stream at its deadline",
    run: async (open) => {
      const echo = await openEcho(open, {
        async *split() {
          yield { text: "first" };
          await never();
        },
      });

      const { received, error } = await drainStream(echo.split({}, { timeoutMs: 200 }));

      expect(received.map(({ text }) => text)).toEqual(["first"]);
      expect(error?.code).toBe(Code.DeadlineExceeded);
    },
  },
  {
    title: "cancels a call, and tells the handler",
    run: async (open) => {
      const started = signalled();
      const handlerStopped = signalled();
      const echo = await openEcho(open, {
        echo: (_, { signal }) => {
          started.resolve();
          return aborted(signal)
            .then(handlerStopped.resolve)
            .then(never<object>);
        },
      });
      const controller = new AbortController();
      const call = failureOf(echo.echo({}, { signal: controller.signal }));
      await started.promise;

      controller.abort();

      expect((await call).code).toBe(Code.Canceled);
      await handlerStopped.promise;
    },
  },
  {
    title: "does not start a call that was canceled before",
    run: async (open) => {
      let calls = 0;
      const echo = await openEcho(open, {
        echo: () => {
          calls++;
          return {};
        },
      });

      const error = await failureOf(echo.echo({}, { signal: AbortSignal.abort() }));

      expect(error.code).toBe(Code.Canceled);
      expect(calls).toBe(0);
    },
  },
  {
    title: "hands request id and remaining time on to calls made while serving",
    run: async (open) => {
      const inner = createClient(
        EchoService,
        await open([
          registerEcho({
            echo: (_, { timeoutMs }) => ({
              text: currentRequest()?.requestId ?? "none",
              numbers: [timeoutMs() ?? Number.NaN],
            }),
          }),
        ]),
      );
      const outer = await openEcho(open, { echo: () => inner.echo({}) });
      const id = "018f2f0c-3b1e-7f6a-9c55-0a1b2c3d4e5f";

      const { text, numbers } = await outer.echo(
        {},
        { timeoutMs: 700, headers: { "x-request-id": id } },
      );

      expect(text).toBe(id);
      expect(numbers[0]).toBeGreaterThan(0);
      expect(numbers[0]).toBeLessThanOrEqual(700);
    },
  },
];

/** Limits that the servers under test run with, in ms. */
export const CONTRACT_TIMEOUTS = { defaultTimeoutMs: 1500, maxTimeoutMs: 10_000 } as const;
