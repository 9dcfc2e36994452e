import { describe, expect, it } from "vitest";
import { loadConfig } from "./config.ts";

describe("loadConfig", () => {
  it("needs only DATABASE_URL", () => {
    const config = loadConfig({ DATABASE_URL: "postgres://localhost/portfolio" }, "data");

    expect(config).toEqual({
      host: "127.0.0.1",
      port: 50_051,
      adminPort: 9091,
      databaseUrl: "postgres://localhost/portfolio",
      homeDirectory: ".portfolio",
      sampleDirectory: "data",
      logLevel: "info",
      drainTimeoutMs: 10_000,
    });
  });

  it("names every problem at once", () => {
    const load = () => loadConfig({ PORT: "seventy", LOG_LEVEL: "loud" }, "data");

    expect(load).toThrow(/PORT must be[\s\S]*DATABASE_URL is required[\s\S]*LOG_LEVEL must be/);
  });
});
