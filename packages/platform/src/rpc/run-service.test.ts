import { createClient } from "@connectrpc/connect";
import pino from "pino";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { AppError } from "../app-error.ts";
import { EchoService } from "../testing/transport-contract/echo-service.ts";
import { registerEcho, signalled } from "../testing/transport-contract/spec.ts";
import { createGrpcTransport } from "./grpc-transport.ts";
import { HealthChecks } from "./health.ts";
import { runService } from "./run-service.ts";

type Ports = { readonly grpc: number; readonly admin: number };

async function start(health: HealthChecks, echo: () => Promise<object> | object) {
  const listening = signalled<Ports>();
  const controller = new AbortController();
  const stopped = runService({
    area: "test",
    grpc: { host: "127.0.0.1", port: 0 },
    admin: { host: "127.0.0.1", port: 0 },
    registrations: [registerEcho({ echo })],
    health,
    log: pino({ level: "silent" }),
    metrics: { registry: new Registry() },
    defaultTimeoutMs: 1000,
    maxTimeoutMs: 5000,
    drainTimeoutMs: 3000,
    signal: controller.signal,
    onListening: listening.resolve,
  });
  const ports = await listening.promise;
  const transport = createGrpcTransport(`127.0.0.1:${ports.grpc}`);
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${ports.admin}${path}`);
    return { status: response.status, body: await response.text() };
  };
  const stop = async () => {
    controller.abort();
    await stopped;
    transport.close();
  };
  return { echo: createClient(EchoService, transport), get, stop };
}

describe("runService", () => {
  it("serves gRPC, probes and metrics until the signal aborts", async () => {
    const service = await start(new HealthChecks(), () => ({ text: "served" }));

    expect((await service.echo.echo({})).text).toBe("served");
    expect(await service.get("/livez")).toEqual({ status: 200, body: "ok\n" });
    expect((await service.get("/readyz")).status).toBe(200);
    expect((await service.get("/metrics")).body).toContain(
      'rpc_server_call_duration_seconds_count{rpc_method="portfolio.testing.v1.EchoService/Echo",rpc_response_status_code="OK"} 1',
    );
    expect((await service.get("/no-such-page")).status).toBe(404);

    await service.stop();

    await expect(service.get("/livez")).rejects.toThrow("fetch failed");
  });

  it("is alive but not ready while a check fails, and says which", async () => {
    const health = new HealthChecks();
    health.add("database", () =>
      Promise.reject(
        new AppError("unavailable", "DATABASE_DOWN", "The database is not reachable."),
      ),
    );
    const service = await start(health, () => ({}));

    const ready = await service.get("/readyz");

    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.body)).toMatchObject({
      ready: false,
      checks: [{ name: "database", description: "The database is not reachable." }],
    });
    expect((await service.get("/livez")).status).toBe(200);
    await service.stop();
  });

  it("finishes calls under way, and is not ready meanwhile", async () => {
    const started = signalled();
    const release = signalled();
    const service = await start(new HealthChecks(), async () => {
      started.resolve();
      await release.promise;
      return { text: "finished" };
    });
    const underWay = service.echo.echo({});
    await started.promise;

    const stopped = service.stop();

    await expect.poll(async () => (await service.get("/readyz")).status).toBe(503);
    release.resolve();
    expect((await underWay).text).toBe("finished");
    await stopped;
  });
});
