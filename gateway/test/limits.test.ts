import { connect as connectHttp2, constants } from "node:http2";
import { brotliCompressSync, gzipSync, constants as zlib } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { Gateway, GatewayOptions } from "../src/index.ts";
import { type ErrorBody, explain, openSocket, requestHttp2 } from "./raw-http.ts";
import { startTestGateway } from "./test-gateway.ts";

const LIST = "/portfolio.data.v1.InstrumentService/ListInstruments";
const GET_INSTRUMENT = "/portfolio.data.v1.InstrumentService/GetInstrument";
const MEBIBYTE = 1024 * 1024;

let gateway: Gateway;

afterEach(() => gateway.drain(0));

async function start(limits: GatewayOptions["limits"] = {}) {
  gateway = await startTestGateway({ limits });
}

async function post(body: Buffer, headers: Record<string, string> = {}) {
  const response = await fetch(gateway.url + LIST, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: new Uint8Array(body),
  });
  return { status: response.status, ...explain((await response.json()) as ErrorBody) };
}

describe("limits on a request", () => {
  it("refuses a body over 4 MiB without waiting for it", async () => {
    await start();
    const { socket, closed } = openSocket(gateway);

    socket.write(
      `POST ${LIST} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n` +
        `content-length: ${4 * MEBIBYTE + 1}\r\n\r\n`,
    );

    expect(await closed).toMatch(/^HTTP\/1\.1 429 .*REQUEST_TOO_LARGE/s);
  });

  it("lets a client that is still writing read the refusal", async () => {
    await start();

    for (let attempt = 0; attempt < 20; attempt++) {
      const response = await fetch(gateway.url + LIST, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: Buffer.alloc(6 * MEBIBYTE, " "),
      });
      expect(response.status).toBe(429);
    }
  });

  it("refuses a body over 4 MiB whose length is not told", async () => {
    await start();
    const headers = { ":path": LIST, "content-type": "application/json" };

    const { headers: head, body } = await requestHttp2(
      gateway,
      headers,
      Buffer.alloc(5 * MEBIBYTE, " "),
    );

    expect(head[":status"]).toBe(429);
    expect(body.toString()).toContain("REQUEST_TOO_LARGE");
  });

  it("takes a body of just 4 MiB", async () => {
    await start();

    // Blanks around a value are JSON.
    const response = await fetch(gateway.url + LIST, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: `{"pageSize":1}${" ".repeat(4 * MEBIBYTE - 14)}`,
    });

    expect(response.status).toBe(200);
  });

  it("refuses 64 MiB that come packed into 64 KiB of gzip", async () => {
    await start();
    const bomb = gzipSync(Buffer.alloc(64 * MEBIBYTE));
    expect(bomb.length).toBeLessThan(66_000);

    const failure = await post(bomb, { "content-encoding": "gzip" });

    expect(failure).toMatchObject({ status: 429, reason: "REQUEST_TOO_LARGE" });
  });

  it("refuses a bomb of a few hundred bytes of brotli unopened", async () => {
    await start();
    const bomb = brotliCompressSync(Buffer.alloc(16 * MEBIBYTE), {
      params: { [zlib.BROTLI_PARAM_QUALITY]: 5 },
    });
    expect(bomb.length).toBeLessThan(400);

    const failure = await post(bomb, { "content-encoding": "br" });

    expect(failure).toMatchObject({ status: 501, code: "unimplemented" });
  });

  it("refuses gzip that is none", async () => {
    await start();

    const failure = await post(Buffer.from("{}"), { "content-encoding": "gzip" });

    expect(failure).toMatchObject({ status: 400, reason: "REQUEST_GZIP_INVALID" });
  });

  it("refuses a gzip bomb in a gRPC message", async () => {
    await start();
    const bomb = gzipSync(Buffer.alloc(64 * MEBIBYTE));
    const prefix = Buffer.alloc(5);
    prefix.writeUInt8(1, 0);
    prefix.writeUInt32BE(bomb.length, 1);
    const headers = { ":path": LIST, "content-type": "application/grpc", "grpc-encoding": "gzip" };

    const { trailers } = await requestHttp2(gateway, headers, Buffer.concat([prefix, bomb]));

    expect(trailers["grpc-status"]).toBe("8");
    expect(detailsOf(trailers)).toContain("REQUEST_TOO_LARGE");
  });

  it("refuses headers over 16 KiB", async () => {
    await start();
    const { socket, closed } = openSocket(gateway);

    socket.write(`GET / HTTP/1.1\r\nhost: localhost\r\nx-long: ${"a".repeat(20_000)}\r\n\r\n`);

    expect(await closed).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe("limits on a connection", () => {
  it("closes one that says nothing", async () => {
    await start({ firstBytesTimeoutMs: 100 });
    const silent = openSocket(gateway);
    const almostHttp2 = openSocket(gateway);
    almostHttp2.socket.write("PR");

    expect(await silent.closed).toBe("");
    expect(await almostHttp2.closed).toBe("");
  });

  it("closes one whose headers do not end", async () => {
    await start({ headersTimeoutMs: 200 });
    const { socket, closed } = openSocket(gateway);

    socket.write("POST / HTTP/1.1\r\nhost: localhost\r\n");

    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("closes one whose body does not end", async () => {
    await start({ headersTimeoutMs: 200, requestTimeoutMs: 400 });
    const { socket, closed } = openSocket(gateway);

    socket.write(
      `POST ${LIST} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n` +
        "content-length: 100\r\n\r\n{",
    );

    expect(await closed).toMatch(/408/);
  });

  it("tells HTTP/2 clients how many streams they may open", async () => {
    await start();
    const session = connectHttp2(gateway.url);

    const settings = await new Promise<{ maxConcurrentStreams?: number }>((resolve) =>
      session.once("remoteSettings", resolve),
    );

    expect(settings.maxConcurrentStreams).toBe(100);
    session.destroy();
  });

  it("closes one that resets its streams as fast as it opens them", async () => {
    await start({ maxResetsPerSecond: 20 });
    const session = connectHttp2(gateway.url);
    const goaway = new Promise<number>((resolve) => session.once("goaway", resolve));
    session.on("error", () => undefined);
    const reset = () => {
      if (session.closed || session.destroyed) {
        return;
      }
      const stream = session.request({
        ":method": "POST",
        ":path": GET_INSTRUMENT,
        "content-type": "application/json",
      });
      stream.on("error", () => undefined);
      stream.write('{"symbol":', () => stream.close(constants.NGHTTP2_CANCEL));
      setImmediate(reset);
    };

    reset();

    expect(await goaway).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    session.destroy();
  });

  it("takes a request that comes byte by byte, in either version of HTTP", async () => {
    await start();
    const { socket, closed } = openSocket(gateway);

    for (const byte of "GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n") {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    expect(await closed).toMatch(/^HTTP\/1\.1 200 OK.*ok\n$/s);

    const http2 = openSocket(gateway);
    const firstFrame = new Promise<Buffer>((resolve) => http2.socket.once("data", resolve));
    for (const byte of "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") {
      http2.socket.write(byte);
      await new Promise(setImmediate);
    }
    // Frame type 4 is SETTINGS.
    expect((await firstFrame)[3]).toBe(4);
    http2.socket.destroy();
  });

  it("survives a Host header that is no host", async () => {
    await start();
    const { socket, closed } = openSocket(gateway);

    socket.write(
      `POST ${LIST} HTTP/1.1\r\nhost: [\r\ncontent-type: application/grpc-web\r\n` +
        "content-length: 0\r\nconnection: close\r\n\r\n",
    );

    expect(await closed).toMatch(/grpc-status: 7/);
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
  });
});

function detailsOf(trailers: Record<string, unknown>): string {
  return Buffer.from(String(trailers["grpc-status-details-bin"]), "base64").toString("latin1");
}
