import { describe, expect, it } from "vitest";
import { loadConfig } from "./config.ts";

const REQUIRED = { DATABASE_URL: "postgres://h/d", DATA_URL: "data:50051" };

describe("loadConfig", () => {
  it("needs a database and the data service, and has a default for the rest", () => {
    expect(loadConfig(REQUIRED)).toMatchObject({
      ...{ port: 50_054, adminPort: 9094, workerKinds: undefined, redisUrl: undefined },
      backend: { setting: "native", packagesDirectory: undefined, environment: {} },
    });
    expect(() => loadConfig({})).toThrow(/DATABASE_URL is required\n.*DATA_URL is required/u);
  });

  it("reads what computes networks, where its packages are and which GPU is meant", () => {
    const { backend } = loadConfig({
      ...REQUIRED,
      ...{ ML_BACKEND: "webgpu", ML_BACKEND_PACKAGES: "/opt/gpu", CUDA_VISIBLE_DEVICES: "1" },
    });

    expect(backend).toEqual({
      setting: "webgpu",
      packagesDirectory: "/opt/gpu",
      environment: { CUDA_VISIBLE_DEVICES: "1" },
    });
    expect(() => loadConfig({ ...REQUIRED, ML_BACKEND: "quantum" })).toThrow(/ML_BACKEND/u);
  });
});
