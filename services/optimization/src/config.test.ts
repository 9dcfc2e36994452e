import { describe, expect, it } from "vitest";
import { loadConfig } from "./config.ts";

const REQUIRED = { DATABASE_URL: "postgres://localhost/portfolio", DATA_URL: "dns:///data:50051" };

describe("loadConfig", () => {
  it("needs only the database and the data service", () => {
    const config = loadConfig(REQUIRED);

    expect(config).toMatchObject({
      host: "127.0.0.1",
      port: 50_052,
      adminPort: 9092,
      databaseUrl: REQUIRED.DATABASE_URL,
      dataUrl: REQUIRED.DATA_URL,
      logLevel: "info",
      drainTimeoutMs: 10_000,
    });
    expect(config.solverThreads).toBeGreaterThanOrEqual(1);
  });

  it("reads both ports", () => {
    const config = loadConfig({ ...REQUIRED, GRPC_PORT: "50051", ADMIN_PORT: "9090" });

    expect(config).toMatchObject({ port: 50_051, adminPort: 9090 });
  });

  it("reads which jobs to do: all, some or none", () => {
    const kindsOf = (text: string) => loadConfig({ ...REQUIRED, WORKER_KINDS: text }).workerKinds;

    expect(loadConfig(REQUIRED).workerKinds).toBeUndefined();
    expect(kindsOf("backtest, training")).toEqual(["backtest", "training"]);
    expect(kindsOf("none")).toEqual([]);
  });

  it("names every problem at once", () => {
    const load = () => loadConfig({ SOLVER_THREADS: "0", LOG_LEVEL: "loud" });

    expect(load).toThrow(/DATABASE_URL.*DATA_URL.*SOLVER_THREADS.*LOG_LEVEL/s);
  });
});
