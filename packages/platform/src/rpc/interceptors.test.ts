import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { Health } from "@portfolio/gen/grpc/health/v1/health_pb.js";
import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "../app-error.ts";
import { startEchoServer, type TestServer } from "../testing/start-echo-server.ts";
import { EchoService } from "../testing/transport-contract/echo-service.ts";
import {
  drainStream,
  failureOf,
  never,
  registerEcho,
  signalled,
} from "../testing/transport-contract/spec.ts";
import { createGrpcTransport } from "./grpc-transport.ts";
import { createLocalTransport } from "./local-transport.ts";

const REQUEST_ID = "018f2f0c-3b1e-7f6a-9c55-0a1b2c3d4e5f";
const SPLIT = "portfolio.testing.v1.EchoService/Split";
const ECHO = "portfolio.testing.v1.EchoService/Echo";

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

async function serve(handlers: Parameters<typeof startEchoServer>[0]) {
  const server = await startEchoServer(handlers);
  const transport = createGrpcTransport(server.address);
  closers.push(
    () => server.drain(100),
    () => transport.close(),
  );
  return { server, transport, echo: createClient(EchoService, transport) };
}

function callLines({ logLines }: TestServer) {
  return logLines.filter(({ msg }) => msg === "call finished");
}

async function inFlight({ registry }: TestServer): Promise<number> {
  const metric = await registry.getSingleMetric("rpc_server_calls_in_flight")?.get();
  return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? Number.NaN;
}

async function callCounts({ registry }: TestServer): Promise<Record<string, number>> {
  const metric = await registry.getSingleMetric("rpc_server_call_duration_seconds")?.get();
  const counts = (metric?.values ?? []).filter(
    (value) => "metricName" in value && String(value.metricName).endsWith("_count"),
  );
  return Object.fromEntries(
    counts.map(({ labels, value }) => [Object.values(labels).join(" "), value]),
  );
}

async function* endless() {
  yield {};
  await never();
}

describe("the log line of a call", () => {
  it("says method, code, duration, request id and peer, and nothing of the payload", async () => {
    const { server, echo } = await serve({ echo: () => ({}) });

    await echo.echo({ text: "a secret" }, { headers: { "x-request-id": REQUEST_ID } });

    expect(callLines(server)).toMatchObject([
      { level: 30, area: "test", method: ECHO, code: "OK", requestId: REQUEST_ID },
    ]);
    expect(callLines(server)[0]?.durationMs).toBeGreaterThanOrEqual(0);
    expect(callLines(server)[0]?.peer).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(JSON.stringify(server.logLines)).not.toContain("a secret");
  });

  it("gives the reason of a caller's mistake, at info", async () => {
    const { server, echo } = await serve({
      echo: () => {
        throw new AppError("not-found", "SYMBOL_UNKNOWN", "There is no ZZZ.");
      },
    });

    await failureOf(echo.echo({}));

    expect(callLines(server)).toMatchObject([
      { level: 30, code: "NOT_FOUND", reason: "SYMBOL_UNKNOWN" },
    ]);
  });

  it("holds an unexpected error with its message, which the caller does not see", async () => {
    const { server, echo } = await serve({
      echo: () => Promise.reject(new Error("relation daily_return does not exist")),
    });

    await failureOf(echo.echo({}));

    expect(callLines(server)).toMatchObject([
      { level: 50, code: "INTERNAL", err: { message: "relation daily_return does not exist" } },
    ]);
  });

  it("is written once for a stream, at its end", async () => {
    const { server, echo } = await serve({
      async *split() {
        yield {};
        yield {};
        throw new ConnectError("later", Code.Unavailable);
      },
    });

    await drainStream(echo.split({}));

    expect(callLines(server)).toMatchObject([{ level: 40, method: SPLIT, code: "UNAVAILABLE" }]);
  });

  it("tells a deadline from a client that left", async () => {
    const { server, echo } = await serve({ split: endless });
    const local = createClient(
      EchoService,
      createLocalTransport([registerEcho({ split: endless })], server.interceptors),
    );

    await drainStream(local.split({}, { timeoutMs: 100 }));
    await drainStream(echo.split({}, { signal: AbortSignal.timeout(100) }));

    await expect
      .poll(() => callLines(server).map(({ code }) => code))
      .toEqual(["DEADLINE_EXCEEDED", "CANCELLED"]);
  });

  it("is at debug for health probes", async () => {
    const { server, transport } = await serve({});

    await createClient(Health, transport).check({});

    expect(callLines(server)).toMatchObject([{ level: 20, method: "grpc.health.v1.Health/Check" }]);
  });
});

describe("metrics", () => {
  it("count calls by method and status", async () => {
    const { server, echo } = await serve({
      echo: ({ text }) => {
        if (text === "bad") {
          throw new AppError("out-of-range", "BAD", "Bad.");
        }
        return {};
      },
    });

    await echo.echo({});
    await echo.echo({});
    await failureOf(echo.echo({ text: "bad" }));

    expect(await callCounts(server)).toEqual({ [`${ECHO} OK`]: 2, [`${ECHO} OUT_OF_RANGE`]: 1 });
    expect(await inFlight(server)).toBe(0);
  });

  it("count a stream that its client leaves, and do not keep it in flight", async () => {
    const started = signalled();
    const { server, echo } = await serve({
      async *split() {
        yield {};
        started.resolve();
        await never();
      },
    });
    const controller = new AbortController();
    const messages = echo.split({}, { signal: controller.signal })[Symbol.asyncIterator]();
    await messages.next();
    await started.promise;
    expect(await inFlight(server)).toBe(1);

    controller.abort();
    await failureOf(messages.next());

    await expect.poll(() => inFlight(server)).toBe(0);
    expect(await callCounts(server)).toEqual({ [`${SPLIT} CANCELLED`]: 1 });
  });
});
