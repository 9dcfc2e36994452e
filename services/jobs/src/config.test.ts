import { describe, expect, it } from "vitest";
import { loadConfig } from "./config.ts";

const DATABASE_URL = "postgres://user@host/name";

describe("loadConfig", () => {
  it("needs the database alone", () => {
    expect(loadConfig({ DATABASE_URL })).toEqual({
      host: "127.0.0.1",
      port: 50_053,
      adminPort: 9093,
      databaseUrl: DATABASE_URL,
      amqpUrl: undefined,
      archiveAfterDays: 30,
      logLevel: "info",
      drainTimeoutMs: 10_000,
    });
  });

  it("names every variable that is wrong", () => {
    const load = () => loadConfig({ GRPC_PORT: "x", LOG_LEVEL: "loud" });

    for (const name of ["DATABASE_URL", "GRPC_PORT", "LOG_LEVEL"]) expect(load).toThrow(name);
  });
});
