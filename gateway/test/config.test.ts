import { describe, expect, it } from "vitest";
import { loadConfig } from "../src/config.ts";

const REQUIRED = { DATA_URL: "dns:///data:50051", OPTIMIZATION_URL: "dns:///optimization:50051" };

describe("loadConfig", () => {
  it("serves this machine only, unless told otherwise", () => {
    expect(loadConfig(REQUIRED)).toEqual({
      host: "127.0.0.1",
      port: 8080,
      dataUrl: "dns:///data:50051",
      optimizationUrl: "dns:///optimization:50051",
      jobsUrl: undefined,
      trainingUrl: undefined,
      webDirectory: undefined,
      apiKeys: [],
      allowedHosts: [],
      drainTimeoutMs: 10_000,
      logLevel: "info",
    });
  });

  it("reads several keys and names", () => {
    const config = loadConfig({ ...REQUIRED, API_KEYS: "one, two\nthree\n", ALLOWED_HOSTS: "a,b" });

    expect(config.apiKeys).toEqual(["one", "two", "three"]);
    expect(config.allowedHosts).toEqual(["a", "b"]);
  });

  it("names every problem at once", () => {
    const problems = () => loadConfig({ PORT: "http", LOG_LEVEL: "loud" });

    for (const name of ["PORT", "DATA_URL", "OPTIMIZATION_URL", "LOG_LEVEL"]) {
      expect(problems).toThrow(name);
    }
  });
});
