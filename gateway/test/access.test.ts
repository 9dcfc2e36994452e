import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { ConfigError } from "@portfolio/platform/env-reader";
import { createGrpcTransport } from "@portfolio/platform/rpc/grpc-transport";
import { afterEach, describe, expect, it } from "vitest";
import type { Gateway, GatewayOptions } from "../src/index.ts";
import { type ErrorBody, explain, requestHttp2 } from "./raw-http.ts";
import { startTestGateway } from "./test-gateway.ts";

const GET_INSTRUMENT = "/portfolio.data.v1.InstrumentService/GetInstrument";
const KEY = "0123456789abcdef0123456789abcdef";
const OTHER_KEY = "fedcba9876543210fedcba9876543210";

let gateway: Gateway | undefined;

afterEach(async () => {
  await gateway?.drain(0);
  gateway = undefined;
});

async function start(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  gateway = await startTestGateway(options);
  return gateway;
}

/** Calls over HTTP/2, where every header may be set. */
async function call(headers: Record<string, string>, options: Partial<GatewayOptions> = {}) {
  const { headers: head, body } = await requestHttp2(
    gateway ?? (await start(options)),
    { ":path": GET_INSTRUMENT, "content-type": "application/json", ...headers },
    '{"symbol":"AAPL"}',
  );
  const isOk = head[":status"] === 200;
  const reason = isOk ? undefined : explain(JSON.parse(body.toString()) as ErrorBody).reason;
  return { status: head[":status"], reason, challenge: head["www-authenticate"] };
}

describe("a gateway on a loopback address", () => {
  it.each(["localhost:8080", "127.0.0.1", "[::1]:8080", "portfolio.localhost"])(
    "may be called as %s",
    async (authority) => {
      expect(await call({ ":authority": authority })).toMatchObject({ status: 200 });
    },
  );

  it.each([
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
  ])("may not be called as %s, which may have been made to resolve to it", async (authority) => {
    expect(await call({ ":authority": authority })).toMatchObject({
      status: 403,
      reason: "HOST_FORBIDDEN",
    });
  });

  it("may be called by the names that it is given", async () => {
    const headers = { ":authority": "portfolio.example:443" };

    const answer = await call(headers, { allowedHosts: ["portfolio.example"] });

    expect(answer.status).toBe(200);
  });

  it.each([
    [{ origin: "http://evil.example" }],
    [{ origin: "null" }],
    [{ origin: "http://localhost:3000" }],
    [{ "sec-fetch-site": "cross-site" }],
    [{ "sec-fetch-site": "same-site" }],
  ])("refuses pages of other sites: %j", async (headers) => {
    expect(await call({ ":authority": "localhost:8080", ...headers })).toMatchObject({
      status: 403,
      reason: "ORIGIN_FORBIDDEN",
    });
  });

  it("serves its own page", async () => {
    const headers = {
      ":authority": "localhost:8080",
      origin: "http://localhost:8080",
      "sec-fetch-site": "same-origin",
    };

    expect((await call(headers)).status).toBe(200);
  });

  it("gives no other site permission to call it", async () => {
    const { url } = await start();

    const response = await fetch(url + GET_INSTRUMENT, {
      method: "OPTIONS",
      headers: { origin: "http://evil.example", "access-control-request-method": "POST" },
    });

    const names = [...response.headers.keys()];
    expect(names.filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("a gateway that other machines can reach", () => {
  it("does not start without API keys, and says what to set", async () => {
    const failure = await start({ host: "0.0.0.0" }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as Error).message).toContain("API_KEYS");
    expect((failure as Error).message).toContain("HOST=127.0.0.1");
  });

  it("does not start with a key that could be guessed", async () => {
    await expect(start({ host: "0.0.0.0", apiKeys: ["secret"] })).rejects.toThrow(
      "at least 32 characters",
    );
  });

  it("starts with a key, and may then be called by any name", async () => {
    const headers = { ":authority": "10.1.2.3:8080", authorization: `Bearer ${KEY}` };

    const answer = await call(headers, { host: "0.0.0.0", apiKeys: [KEY] });

    expect(answer.status).toBe(200);
  });
});

describe("API keys", () => {
  const options = { apiKeys: [KEY, OTHER_KEY] };

  it("asks for one", async () => {
    expect(await call({}, options)).toEqual({
      status: 401,
      reason: "API_KEY_MISSING",
      challenge: "Bearer",
    });
  });

  it.each([
    ["Basic dXNlcjpwYXNz", "API_KEY_MISSING"],
    [`Bearer ${KEY}x`, "API_KEY_INVALID"],
    [`Bearer ${KEY.slice(1)}`, "API_KEY_INVALID"],
  ])("refuses %s", async (authorization, reason) => {
    expect(await call({ authorization }, options)).toMatchObject({ status: 401, reason });
  });

  it.each([`Bearer ${KEY}`, `bearer ${OTHER_KEY}`])("takes %s", async (authorization) => {
    expect((await call({ authorization }, options)).status).toBe(200);
  });

  it("asks gRPC callers too, with the same details", async () => {
    const { port } = await start(options);
    const transport = createGrpcTransport(`127.0.0.1:${port}`);
    const client = createClient(InstrumentService, transport);

    const failure = await client.getInstrument({ symbol: "AAPL" }).catch(ConnectError.from);
    const answer = await client.getInstrument(
      { symbol: "AAPL" },
      { headers: { authorization: `Bearer ${KEY}` } },
    );
    transport.close();

    expect(failure).toMatchObject({ code: Code.Unauthenticated });
    const details = (failure as ConnectError).findDetails(ErrorInfoSchema);
    expect(details).toMatchObject([{ reason: "API_KEY_MISSING", domain: "portfolio" }]);
    expect(answer.instrument?.symbol).toBe("AAPL");
  });

  it("guards the metrics, but neither the probes nor the page", async () => {
    const { url } = await start(options);
    const headers = { authorization: `Bearer ${KEY}` };

    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/`, { headers: { accept: "text/html" } })).status).toBe(503);
  });
});
