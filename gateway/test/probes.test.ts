import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { Health } from "@portfolio/gen/grpc/health/v1/health_pb.js";
import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import {
  HealthState,
  StatusService,
} from "@portfolio/gen/portfolio/gateway/v1/status_service_pb.js";
import { AppError } from "@portfolio/platform/app-error";
import { HealthChecks } from "@portfolio/platform/rpc/health";
import { register } from "@portfolio/platform/rpc/registration";
import { afterEach, describe, expect, it } from "vitest";
import type { Backend, Gateway } from "../src/index.ts";
import {
  backendOf,
  dataBackend,
  failingBackend,
  instruments,
  startTestGateway,
} from "./test-gateway.ts";

let gateway: Gateway;

afterEach(() => gateway.drain(0));

const unreachable = failingBackend("optimization", new ConnectError("no", Code.Unavailable));

async function start(...backends: Backend[]) {
  gateway = await startTestGateway({ backends });
  const transport: Transport = createConnectTransport({ baseUrl: gateway.url, httpVersion: "1.1" });
  return {
    status: createClient(StatusService, transport),
    health: createClient(Health, transport),
  };
}

function dataWithDatabase(check: () => Promise<void>): Backend {
  const checks = new HealthChecks();
  checks.add("database", check);
  return backendOf("data", [register(InstrumentService, instruments)], { checks });
}

describe("GetStatus", () => {
  it("lists the gateway first, then backends and their parts by name", async () => {
    const { status } = await start(dataWithDatabase(() => Promise.resolve()));

    const answer = await status.getStatus({});

    expect(answer).toMatchObject({ state: HealthState.SERVING, version: "1.2.3" });
    expect(answer.uptimeSeconds).toBeGreaterThan(0);
    expect(answer.parts.map(({ name }) => name)).toEqual(["gateway", "data", "data/database"]);
  });

  it("says what is wrong with a part", async () => {
    const down = () => Promise.reject(new AppError("unavailable", "DB_DOWN", "No connection."));
    const { status } = await start(dataWithDatabase(down));

    const { state, parts } = await status.getStatus({});

    expect(state).toBe(HealthState.NOT_SERVING);
    expect(parts.find(({ name }) => name === "data/database")).toMatchObject({
      state: HealthState.NOT_SERVING,
      description: expect.stringContaining("No connection."),
    });
  });

  it("answers when a backend cannot be reached", async () => {
    const { status } = await start(dataBackend(), unreachable);

    const { state, parts } = await status.getStatus({});

    expect(state).toBe(HealthState.NOT_SERVING);
    expect(parts.find(({ name }) => name === "optimization")).toMatchObject({
      state: HealthState.NOT_SERVING,
      description: "It cannot be reached.",
    });
    expect(parts.find(({ name }) => name === "data")?.state).toBe(HealthState.SERVING);
  });

  it("waits no more than a second for a backend that does not answer", async () => {
    const { status } = await start(dataWithDatabase(() => new Promise(() => undefined)));

    const { state, parts } = await status.getStatus({});

    expect(state).toBe(HealthState.UNSPECIFIED);
    expect(parts.at(-1)?.description).toContain("1000 ms");
  });
});

describe("/readyz", () => {
  it("is ready when every backend serves", async () => {
    await start(dataBackend());

    const response = await fetch(`${gateway.url}/readyz`);

    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({
      ready: true,
      draining: false,
      parts: [{ name: "data", state: "SERVING" }],
    });
  });

  it("is not when one does not", async () => {
    await start(dataBackend(), unreachable);

    const response = await fetch(`${gateway.url}/readyz`);

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      ready: false,
      parts: [{ name: "data" }, { name: "optimization", description: "It cannot be reached." }],
    });
  });

  it("asks the backends once for many probes at a time", async () => {
    let checkCount = 0;
    await start(
      dataWithDatabase(async () => {
        checkCount += 1;
      }),
    );

    await Promise.all(Array.from({ length: 20 }, () => fetch(`${gateway.url}/readyz`)));

    expect(checkCount).toBeLessThan(5);
  });
});

describe("grpc.health.v1 at the gateway", () => {
  it("tells each backend's health under its name", async () => {
    const { health } = await start(dataBackend(), unreachable);

    const { statuses } = await health.list({});

    expect(statuses["data"]?.status).toBe(1);
    expect(statuses["optimization"]?.status).toBe(2);
    expect(statuses[""]?.status).toBe(2);
  });
});

describe("/metrics", () => {
  it("counts and times calls by method and status", async () => {
    const { status } = await start(dataBackend());
    await status.getStatus({});
    await fetch(`${gateway.url}/portfolio.data.v1.InstrumentService/GetInstrument`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"symbol":"ZZZ"}',
    });

    const text = await (await fetch(`${gateway.url}/metrics`)).text();

    expect(text).toContain(
      'gateway_call_duration_seconds_count{rpc_method="portfolio.gateway.v1.StatusService/GetStatus",rpc_response_status_code="OK"} 1',
    );
    expect(text).toContain(
      'gateway_call_duration_seconds_count{rpc_method="portfolio.data.v1.InstrumentService/GetInstrument",rpc_response_status_code="NOT_FOUND"} 1',
    );
    expect(text).toContain("gateway_calls_in_flight 0");
  });
});
