import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import pino from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listenError } from "./listen-error.ts";
import { startAdminServer } from "./rpc/admin-server.ts";
import { startGrpcServer } from "./rpc/grpc-server.ts";
import { HealthChecks } from "./rpc/health.ts";

describe("a port that is in use", () => {
  let occupant: Server;
  let port = 0;

  beforeEach(async () => {
    occupant = createServer().listen(0, "127.0.0.1");
    await once(occupant, "listening");
    port = (occupant.address() as AddressInfo).port;
  });

  afterEach(() => {
    occupant.close();
    vi.restoreAllMocks();
  });

  const common = () => ({
    host: "127.0.0.1",
    port,
    health: new HealthChecks(),
    log: pino({ level: "silent" }),
  });

  it("is named by a gRPC server, which writes nothing itself", async () => {
    const written = vi.spyOn(console, "error").mockImplementation(() => undefined);

    const started = startGrpcServer({ ...common(), registrations: [], interceptors: [] });

    await expect(started).rejects.toMatchObject({
      reason: "PORT_IN_USE",
      message: expect.stringContaining(`Port ${port} of 127.0.0.1 is in use`),
    });
    expect(written).not.toHaveBeenCalled();
  });

  it("is named by an admin server", async () => {
    const started = startAdminServer({ ...common(), metrics: { registry: new Registry() } });

    await expect(started).rejects.toMatchObject({ reason: "PORT_IN_USE" });
  });
});

describe("listenError", () => {
  it("names an address that this machine has not", () => {
    const error = Object.assign(new Error("bind EADDRNOTAVAIL"), { code: "EADDRNOTAVAIL" });

    expect(listenError(error, "192.0.2.1", 8080)).toMatchObject({
      reason: "ADDRESS_NOT_USABLE",
      message: "Cannot listen on port 8080 of 192.0.2.1 (EADDRNOTAVAIL). Choose another one.",
    });
  });

  it("leaves any other error alone", () => {
    const error = new Error("out of memory");

    expect(listenError(error, "127.0.0.1", 8080)).toBe(error);
  });
});
