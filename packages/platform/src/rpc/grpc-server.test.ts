import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { fromBinary } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorInfoSchema, RequestInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import { StatusSchema } from "@portfolio/gen/google/rpc/status_pb.js";
import { Health } from "@portfolio/gen/grpc/health/v1/health_pb.js";
import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "../app-error.ts";
import { startEchoServer, type TestServer } from "../testing/start-echo-server.ts";
import { EchoService } from "../testing/transport-contract/echo-service.ts";
import { failureOf, never, signalled } from "../testing/transport-contract/spec.ts";
import { type ClosableTransport, createGrpcTransport } from "./grpc-transport.ts";

const ECHO_PATH = "/portfolio.testing.v1.EchoService/Echo";
const REQUEST_ID = "018f2f0c-3b1e-7f6a-9c55-0a1b2c3d4e5f";

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

async function serve(...args: Parameters<typeof startEchoServer>): Promise<TestServer> {
  const server = await startEchoServer(...args);
  closers.push(() => server.drain(100));
  return server;
}

function connect(address: string): ClosableTransport {
  const transport = createGrpcTransport(address);
  closers.push(() => transport.close());
  return transport;
}

function rawClient(address: string, options = {}): Client {
  const client = new Client(address, credentials.createInsecure(), options);
  closers.push(() => client.close());
  return client;
}

const asIs = (bytes: Buffer): Buffer => bytes;

function rawCall(
  client: Client,
  bytes: Buffer,
  metadata = new Metadata(),
): Promise<{ error: ServiceError | null; bytes: Buffer | undefined }> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(ECHO_PATH, asIs, asIs, bytes, metadata, (error, answer) =>
      resolve({ error, bytes: answer }),
    );
  });
}

describe("a gRPC server, to a client that is not ours", () => {
  it("sends google.rpc.Status in grpc-status-details-bin, and the request id as a trailer", async () => {
    const server = await serve({
      echo: () => {
        throw new AppError("not-found", "SYMBOL_UNKNOWN", "There is no ZZZ.");
      },
    });
    const metadata = new Metadata();
    metadata.set("x-request-id", REQUEST_ID);

    const { error } = await rawCall(rawClient(server.address), Buffer.alloc(0), metadata);

    expect(error).toMatchObject({ code: status.NOT_FOUND, details: "There is no ZZZ." });
    expect(error?.metadata.get("x-request-id")).toEqual([REQUEST_ID]);
    const sent = fromBinary(
      StatusSchema,
      error?.metadata.get("grpc-status-details-bin")[0] as Buffer,
    );
    expect(sent).toMatchObject({ code: 5, message: "There is no ZZZ." });
    expect(sent.details.map(({ typeUrl }) => typeUrl)).toEqual([
      `type.googleapis.com/${ErrorInfoSchema.typeName}`,
      `type.googleapis.com/${RequestInfoSchema.typeName}`,
    ]);
  });

  it("answers bytes that are no message with INVALID_ARGUMENT, and logs the call", async () => {
    const server = await serve({});

    // Field 2 claims 127 bytes and has none.
    const { error } = await rawCall(rawClient(server.address), Buffer.of(0x12, 0x7f));

    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(server.logLines.at(-1)).toMatchObject({
      code: "INVALID_ARGUMENT",
      reason: "REQUEST_MALFORMED",
    });
  });

  it("refuses a message above the limit, and takes one below", async () => {
    const server = await serve({ echo: () => ({}) }, { messageBytesMax: 1000 });
    const echo = createClient(EchoService, connect(server.address));

    expect(await echo.echo({ data: new Uint8Array(900) })).toMatchObject({ text: "" });

    const error = await failureOf(echo.echo({ data: new Uint8Array(1001) }));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "MESSAGE_TOO_LARGE" }]);
  });

  it("hides an answer that cannot be encoded behind an internal error, and logs why", async () => {
    const server = await serve({ echo: () => ({ count: 2 ** 40 }) });
    const echo = createClient(EchoService, connect(server.address));

    const error = await failureOf(echo.echo({}));

    expect(error).toMatchObject({ code: Code.Internal, rawMessage: "internal error" });
    expect(server.logLines.at(-1)).toMatchObject({ msg: "answer could not be sent" });
  });

  it("stops a producer when the connection is gone", async () => {
    const stopped = signalled();
    const server = await serve({
      async *split(_, { signal }) {
        try {
          for (;;) {
            yield { data: new Uint8Array(1000) };
            await setTimeout(1, undefined, { signal });
          }
        } finally {
          stopped.resolve();
        }
      },
    });
    const client = rawClient(server.address);
    const call = client.makeServerStreamRequest(
      "/portfolio.testing.v1.EchoService/Split",
      asIs,
      asIs,
      Buffer.alloc(0),
    );
    call.on("error", () => undefined);
    await once(call, "data");

    call.cancel();

    await stopped.promise;
  });
});

describe("draining a gRPC server", () => {
  it("finishes calls under way, refuses new ones, and tells watchers first", async () => {
    const started = signalled();
    const release = signalled();
    const server = await serve({
      echo: async () => {
        started.resolve();
        await release.promise;
        return { text: "finished" };
      },
    });
    const echo = createClient(EchoService, connect(server.address));
    const watch = createClient(Health, connect(server.address)).watch({});
    const statuses = watch[Symbol.asyncIterator]();
    expect((await statuses.next()).value).toMatchObject({ status: 1 });
    const underWay = echo.echo({});
    await started.promise;

    const drained = server.drain(5000);

    expect((await statuses.next()).value).toMatchObject({ status: 2 });
    expect((await statuses.next()).done).toBe(true);
    const late = createClient(EchoService, connect(server.address));
    expect((await failureOf(late.echo({}))).code).toBe(Code.Unavailable);
    release.resolve();
    expect((await underWay).text).toBe("finished");
    await drained;
  });

  it("cuts off calls that outlast the timeout, and says so in the log", async () => {
    const started = signalled();
    const server = await serve({
      echo: () => {
        started.resolve();
        return never();
      },
    });
    const echo = createClient(EchoService, connect(server.address));
    const underWay = failureOf(echo.echo({}));
    await started.promise;
    const startMs = performance.now();

    await server.drain(150);

    expect(performance.now() - startMs).toBeGreaterThan(140);
    expect([Code.Unavailable, Code.Canceled]).toContain((await underWay).code);
    expect(server.logLines).toContainEqual(
      expect.objectContaining({ msg: "calls cut off by the end of the drain" }),
    );
  });
});

/** A mesh proxy pings every 10 s and gives up after 3 s. Here ten times as often. */
const PROXY_PINGS = {
  "grpc.keepalive_time_ms": 1000,
  "grpc.keepalive_timeout_ms": 300,
  "grpc.keepalive_permit_without_calls": 1,
};
const COMPUTATION_MS = 2500;

describe("a proxy that pings the connection", () => {
  it("drops it while the event loop computes", async () => {
    const server = await startInWorker("block");

    const { error } = await rawCall(rawClient(server, PROXY_PINGS), Buffer.alloc(0));

    expect(error).toMatchObject({ code: status.UNAVAILABLE });
  });

  it("keeps it while a worker thread computes", async () => {
    const server = await startInWorker("delegate");

    const { error } = await rawCall(rawClient(server, PROXY_PINGS), Buffer.alloc(0));

    expect(error).toBeNull();
  });
});

/** Serves in a thread of its own, so that only the server's loop is blocked, not the test's. */
async function startInWorker(how: "block" | "delegate"): Promise<string> {
  const worker = new Worker(new URL("../testing/computing-server.mjs", import.meta.url), {
    workerData: { how, computationMs: COMPUTATION_MS },
  });
  closers.push(() => worker.terminate());
  const [port] = (await once(worker, "message")) as [number];
  return `127.0.0.1:${port}`;
}
