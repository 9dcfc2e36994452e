import { gzipSync } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  GetInstrumentRequestSchema,
  GetInstrumentResponseSchema,
} from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Gateway } from "../src/index.ts";
import { type ErrorBody, explain, requestHttp2 } from "./raw-http.ts";
import { dataBackend, failingBackend, startTestGateway } from "./test-gateway.ts";

const SERVICE = "/portfolio.data.v1.InstrumentService";
const GET_INSTRUMENT = `${SERVICE}/GetInstrument`;
const OPTIMIZE = "/portfolio.optimization.v1.OptimizationService/OptimizePortfolio";
// With its zeros and empty texts written out; messages that are not set are left out.
const ANSWER =
  '{"instrument":{"symbol":"AAPL","name":"Apple","kind":"INSTRUMENT_KIND_UNSPECIFIED",' +
  '"currency":"","priceCount":8313,"lastClose":129.93}}';
const ID = "018f2f0c-3b1e-7f6a-9c55-0a1b2c3d4e5f";

let gateway: Gateway;

beforeAll(async () => {
  const leak = new ConnectError("connect ECONNREFUSED 10.0.0.7:50051", Code.Unavailable, {
    "content-type": "application/grpc+proto",
    "grpc-status": "14",
  });
  gateway = await startTestGateway({
    backends: [dataBackend(), failingBackend("optimization", leak)],
  });
});
afterAll(() => gateway.drain(1000));

function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  return fetch(gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

async function failureOf(path: string, body: string, headers: Record<string, string> = {}) {
  const response = await post(path, body, headers);
  const error = (await response.json()) as ErrorBody;
  return { status: response.status, headers: response.headers, error, ...explain(error) };
}

describe("a unary call", () => {
  it("answers JSON with JSON, and makes a request id", async () => {
    const response = await post(GET_INSTRUMENT, '{"symbol":"AAPL"}');

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{13}-7[0-9a-f-]{21}$/);
    expect(await response.text()).toBe(ANSWER);
  });

  it("answers over HTTP/2 as over HTTP/1.1", async () => {
    const headers = { ":path": GET_INSTRUMENT, "content-type": "application/json" };

    const { headers: head, body } = await requestHttp2(gateway, headers, '{"symbol":"AAPL"}');

    expect(head[":status"]).toBe(200);
    expect(body.toString()).toBe(ANSWER);
  });

  it("answers binary with binary", async () => {
    const request = create(GetInstrumentRequestSchema, { symbol: "AAPL" });

    const response = await post(
      GET_INSTRUMENT,
      new Uint8Array(toBinary(GetInstrumentRequestSchema, request)),
      { "content-type": "application/proto" },
    );

    expect(response.headers.get("content-type")).toBe("application/proto");
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(fromBinary(GetInstrumentResponseSchema, bytes).instrument?.name).toBe("Apple");
  });

  it("takes a request in gzip", async () => {
    const body = new Uint8Array(gzipSync('{"symbol":"AAPL"}'));

    const response = await post(GET_INSTRUMENT, body, { "content-encoding": "gzip" });

    expect(await response.text()).toBe(ANSWER);
  });

  it("takes a request with a byte order mark", async () => {
    const response = await post(GET_INSTRUMENT, '\ufeff{"symbol":"AAPL"}');

    expect(await response.text()).toBe(ANSWER);
  });

  it("takes the names that the contract has as well as those of JSON", async () => {
    const response = await post(`${SERVICE}/ListInstruments`, '{"page_size":1,"pageToken":""}');

    expect(await response.json()).toMatchObject({ instruments: [{ symbol: "S0" }] });
  });

  it("keeps a request id that is a UUID, and no other", async () => {
    const kept = await post(GET_INSTRUMENT, '{"symbol":"AAPL"}', { "x-request-id": ID });
    const replaced = await post(GET_INSTRUMENT, '{"symbol":"AAPL"}', { "x-request-id": "<b>" });

    expect(kept.headers.get("x-request-id")).toBe(ID);
    expect(replaced.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("a call with GET", () => {
  const query = new URLSearchParams({ connect: "v1", encoding: "json" });

  it("reads the message from the query, plain or in base64", async () => {
    const plain = new URLSearchParams({
      ...Object.fromEntries(query),
      message: '{"symbol":"AAPL"}',
    });
    const base64 = new URLSearchParams({
      ...Object.fromEntries(query),
      base64: "1",
      message: Buffer.from('{"symbol":"AAPL"}').toString("base64url"),
    });

    for (const parameters of [plain, base64]) {
      const response = await fetch(`${gateway.url}${GET_INSTRUMENT}?${parameters}`);
      expect(await response.text()).toBe(ANSWER);
    }
  });

  it("says what is missing in the query", async () => {
    const response = await fetch(gateway.url + GET_INSTRUMENT);

    expect(response.status).toBe(400);
    expect(explain((await response.json()) as ErrorBody).reason).toBe("ENCODING_MISSING");
  });
});

describe("a failed call", () => {
  it("carries the service's reason, violations and request id, readable in JSON", async () => {
    const { status, error, code, reason, fields } = await failureOf(
      GET_INSTRUMENT,
      '{"symbol":"ZZZ"}',
      { "x-request-id": ID },
    );

    expect(status).toBe(404);
    expect({ code, reason, fields }).toEqual({
      code: "not_found",
      reason: "SYMBOL_UNKNOWN",
      fields: ["symbol"],
    });
    expect(error.message).toBe("There is no ZZZ.");
    expect(error.details.at(-1)).toMatchObject({
      type: "google.rpc.RequestInfo",
      debug: { requestId: ID },
    });
    for (const { value } of error.details) {
      expect(value).toMatch(/^[A-Za-z0-9+/]+$/);
    }
  });

  it("says nothing of an unexpected error", async () => {
    const { status, error, reason } = await failureOf(
      `${SERVICE}/SearchInstruments`,
      '{"query":"a"}',
    );

    expect(status).toBe(500);
    expect(reason).toBe("INTERNAL");
    expect(error.message).toBe("internal error");
    expect(JSON.stringify(error)).not.toContain("hunter2");
  });

  it("hides the address and the metadata of a service that cannot be reached", async () => {
    const { status, headers, error, reason } = await failureOf(OPTIMIZE, "{}");

    expect(status).toBe(503);
    expect(reason).toBe("SERVICE_UNAVAILABLE");
    expect(error.message).toContain("optimization");
    expect(JSON.stringify(error)).not.toContain("10.0.0.7");
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("grpc-status")).toBeNull();
  });

  it("ends at the caller's deadline", async () => {
    const { status, reason } = await failureOf(GET_INSTRUMENT, '{"symbol":"SLOW"}', {
      "connect-timeout-ms": "50",
    });

    expect(status).toBe(504);
    expect(reason).toBe("DEADLINE_EXCEEDED");
  });

  it("tells the service when the client leaves", async () => {
    let onCanceled: () => void = () => undefined;
    const canceled = new Promise<void>((resolve) => {
      onCanceled = resolve;
    });
    const started = new Promise<void>((resolveStarted) => {
      const backend = dataBackend({
        getInstrument: (_, { signal }) => {
          signal.addEventListener("abort", onCanceled, { once: true });
          resolveStarted();
          return new Promise(() => undefined);
        },
      });
      void runAndLeave(backend);
    });

    await started;
    await canceled;

    async function runAndLeave(backend: ReturnType<typeof dataBackend>) {
      const own = await startTestGateway({ backends: [backend] });
      const client = new AbortController();
      const call = fetch(own.url + GET_INSTRUMENT, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"symbol":"AAPL"}',
        signal: client.signal,
      });
      await started;
      client.abort();
      await call.catch(() => undefined);
      await own.drain(100);
    }
  });
});

describe("a request that cannot be read", () => {
  it.each([
    ["", "JSON_INVALID", []],
    ['{"symbol":', "JSON_INVALID", []],
    ["[]", "FIELD_TYPE_WRONG", [""]],
    ['{"symbol":5}', "FIELD_TYPE_WRONG", ["symbol"]],
    ['{"symbl":"AAPL"}', "FIELD_UNKNOWN", ["symbl"]],
    ['{"dataset":{"id":"x","revison":1}}', "FIELD_UNKNOWN", ["dataset.revison"]],
    ['{"symbol":"A","symbol":"B"}', "JSON_INVALID", []],
  ])("names the fault of %s", async (body, reason, fields) => {
    const failure = await failureOf(GET_INSTRUMENT, body);

    expect(failure.status).toBe(400);
    expect(failure).toMatchObject({ code: "invalid_argument", reason, fields });
  });

  it("refuses text that is not UTF-8", async () => {
    const response = await post(GET_INSTRUMENT, Uint8Array.of(0x7b, 0xff, 0x7d));

    expect(explain((await response.json()) as ErrorBody).reason).toBe("JSON_INVALID");
  });

  it("refuses bytes that are no such message", async () => {
    const response = await post(GET_INSTRUMENT, Uint8Array.of(0x0a, 0x05, 0x41), {
      "content-type": "application/proto",
    });

    expect(response.status).toBe(400);
    expect(explain((await response.json()) as ErrorBody).reason).toBe("PROTOBUF_INVALID");
  });

  it("refuses a deadline that is no number", async () => {
    const { reason } = await failureOf(GET_INSTRUMENT, "{}", { "connect-timeout-ms": "soon" });

    expect(reason).toBe("TIMEOUT_INVALID");
  });

  it.each([
    ["text/plain", 415, "CONTENT_TYPE_UNSUPPORTED"],
    ["application/x-www-form-urlencoded", 415, "CONTENT_TYPE_UNSUPPORTED"],
    ["multipart/form-data; boundary=x", 415, "CONTENT_TYPE_UNSUPPORTED"],
  ])("refuses %s, which other sites could send", async (contentType, status, reason) => {
    const failure = await failureOf(GET_INSTRUMENT, '{"symbol":"AAPL"}', {
      "content-type": contentType,
    });

    expect(failure).toMatchObject({ status, reason });
  });

  it("refuses verbs that the method does not have", async () => {
    const put = await fetch(gateway.url + GET_INSTRUMENT, { method: "PUT", body: "{}" });
    const options = await fetch(gateway.url + GET_INSTRUMENT, {
      method: "OPTIONS",
      headers: { "access-control-request-method": "POST" },
    });

    expect(put.status).toBe(405);
    expect(put.headers.get("allow")).toBe("GET, POST");
    expect(options.status).toBe(405);
    expect(options.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("says that there is no such method", async () => {
    const { status, code, error } = await failureOf("/portfolio.data.v1.PriceService/Guess", "{}");

    expect(status).toBe(404);
    expect(code).toBe("unimplemented");
    expect(error.message).toContain("portfolio.data.v1.PriceService/Guess");
  });
});

describe("compression of answers", () => {
  it.each([
    ["gzip", "gzip"],
    ["br;q=0.5, gzip;q=0.1", "br"],
    ["identity", null],
    ["gzip;q=0", null],
  ])("obeys accept-encoding: %s", async (accepted, expected) => {
    const response = await post(`${SERVICE}/ListInstruments`, '{"pageSize":100}', {
      "accept-encoding": accepted,
    });

    expect(response.headers.get("content-encoding")).toBe(expected);
    const { instruments } = (await response.json()) as { instruments: unknown[] };
    expect(instruments).toHaveLength(100);
  });

  it("leaves small answers alone", async () => {
    const response = await post(GET_INSTRUMENT, '{"symbol":"AAPL"}', { "accept-encoding": "gzip" });

    expect(response.headers.get("content-encoding")).toBeNull();
  });
});
