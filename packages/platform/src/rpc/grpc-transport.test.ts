import { createServer } from "node:net";
import { setImmediate } from "node:timers/promises";
import { Code, createClient } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import { afterEach, describe, expect, it } from "vitest";
import { startEchoServer } from "../testing/start-echo-server.ts";
import { EchoService } from "../testing/transport-contract/echo-service.ts";
import {
  aborted,
  drainStream,
  failureOf,
  never,
  signalled,
} from "../testing/transport-contract/spec.ts";
import { createGrpcTransport } from "./grpc-transport.ts";
import { openTransport } from "./open-transport.ts";

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

function connect(address: string) {
  const transport = createGrpcTransport(address);
  closers.push(() => transport.close());
  return createClient(EchoService, transport);
}

/** Finds a port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function* oneRequest() {
  yield {};
}

describe("a gRPC transport", () => {
  it("says which service cannot be reached, and not where it was sought", async () => {
    const port = await freePort();

    const error = await failureOf(connect(`127.0.0.1:${port}`).echo({}));

    expect(error).toMatchObject({
      code: Code.Unavailable,
      rawMessage: "portfolio.testing.v1.EchoService cannot be reached.",
    });
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "SERVICE_UNAVAILABLE" }]);
    expect(error.message).not.toContain(String(port));
  });

  it("finds its server again after a restart", async () => {
    const first = await startEchoServer({ echo: () => ({ text: "first" }) });
    const echo = connect(first.address);
    expect((await echo.echo({})).text).toBe("first");
    await first.drain(100);
    expect((await failureOf(echo.echo({}))).code).toBe(Code.Unavailable);

    const second = await startEchoServer(
      { echo: () => ({ text: "second" }) },
      { port: first.port },
    );
    closers.push(() => second.drain(100));

    // The channel waits about a second before it tries again.
    await expect
      .poll(
        () =>
          echo.echo({}).then(
            ({ text }) => text,
            () => "not yet",
          ),
        { timeout: 10_000 },
      )
      .toBe("second");
  });

  it("survives the failure of a stream that nobody reads", async () => {
    const server = await startEchoServer({
      async *split() {
        yield { text: "first" };
        throw new Error("broken");
      },
    });
    closers.push(() => server.drain(100));
    const transport = createGrpcTransport(server.address);
    closers.push(() => transport.close());
    const response = await transport.stream(
      EchoService.method.split,
      undefined,
      undefined,
      undefined,
      oneRequest(),
    );
    await expect.poll(() => server.logLines.some(({ code }) => code === "INTERNAL")).toBe(true);

    const { received, error } = await drainStream(response.message);
    expect(received.map(({ text }) => text)).toEqual(["first"]);
    expect(error).toMatchObject({ code: Code.Internal, rawMessage: "internal error" });
  });

  it("cancels a stream that its reader leaves", async () => {
    const stopped = signalled();
    const server = await startEchoServer({
      split: async function* (_, { signal }) {
        aborted(signal).then(stopped.resolve, stopped.resolve);
        for (;;) {
          yield {};
          await setImmediate();
        }
      },
    });
    const transport = createGrpcTransport(server.address);
    closers.push(
      () => transport.close(),
      () => server.drain(100),
    );
    const { message } = await transport.stream(
      EchoService.method.split,
      undefined,
      undefined,
      undefined,
      oneRequest(),
    );

    for await (const _ of message) {
      break;
    }

    await stopped.promise;
  });

  it("ends a stream when the server goes away", async () => {
    const server = await startEchoServer({
      async *split() {
        yield { text: "first" };
        await never();
      },
    });
    const messages = connect(server.address).split({})[Symbol.asyncIterator]();
    await messages.next();

    await server.drain(50);

    const error = await failureOf(messages.next());
    expect([Code.Unavailable, Code.Canceled]).toContain(error.code);
  });

  it("does not show the headers of the hop", async () => {
    const server = await startEchoServer({ echo: () => ({}) });
    closers.push(() => server.drain(100));
    const seen: string[] = [];

    await connect(server.address).echo(
      {},
      {
        onHeader: (header) => seen.push(...header.keys()),
        onTrailer: (trailer) => seen.push(...trailer.keys()),
      },
    );

    expect(seen).toEqual(["x-request-id"]);
  });
});

describe("openTransport", () => {
  it("opens gRPC for an address with a scheme", async () => {
    const server = await startEchoServer({ echo: () => ({ text: "over dns" }) });
    const transport = openTransport(`dns:///localhost:${server.port}`, undefined);
    closers.push(
      () => server.drain(100),
      () => transport.close(),
    );

    expect((await createClient(EchoService, transport).echo({})).text).toBe("over dns");
  });

  it("refuses inproc: where nothing is served", () => {
    expect(() => openTransport("inproc:", undefined)).toThrow("serves nothing");
  });
});
