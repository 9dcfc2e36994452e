import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findBackend } from "../src/adapters/find-backend.ts";

// Each starts a process, of which a busy machine starts few a minute.
vi.setConfig({ testTimeout: 120_000 });

const { signal } = new AbortController();
let packagesDirectory: string;

beforeEach(() => {
  packagesDirectory = mkdtempSync(join(tmpdir(), "packages-"));
});
afterEach(() => rmSync(packagesDirectory, { recursive: true }));

/** Puts a package where backends look for it. */
function install(name: string, code: string): void {
  const folder = join(packagesDirectory, "node_modules", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "main": "index.js" }');
  writeFileSync(join(folder, "index.js"), code);
}

describe("findBackend", () => {
  it("needs no process for what is native", async () => {
    expect(await findBackend({ setting: "native" }, AbortSignal.abort())).toEqual({
      ...{ id: "native", device: "CPU, WebAssembly", declined: [] },
    });
  });

  it("outlives a driver that takes its process down, and does not take the processor", async () => {
    install("webgpu", "process.abort();");

    const search = findBackend({ setting: "webgpu", packagesDirectory }, signal);

    await expect(search).rejects.toMatchObject({
      reason: "BACKEND_UNAVAILABLE",
      kind: "failed-precondition",
      message: "Backend webgpu: the process that tried it died.",
    });
  });

  it("computes natively with auto when a driver takes its process down, and says why", async () => {
    install("webgpu", "process.abort();");

    expect(await findBackend({ setting: "auto", packagesDirectory }, signal)).toEqual({
      ...{ id: "native", device: "CPU, WebAssembly" },
      declined: ["Backend auto: the process that tried it died."],
    });
  });

  it("tells the process where drivers are, and nothing else", async () => {
    install("webgpu", "throw new Error(JSON.stringify(process.env));");
    const environment = { VK_ICD_FILENAMES: "driver.json" };

    const search = findBackend({ setting: "webgpu", packagesDirectory, environment }, signal);

    await expect(search).rejects.toMatchObject({
      message:
        'Backend webgpu: the package webgpu does not load: {"VK_ICD_FILENAMES":"driver.json"}',
    });
  });

  it("finds no GPU where a package says that there is none", async () => {
    install(
      "webgpu",
      "export const globals = {}; export const create = () => ({ requestAdapter: async () => null });",
    );

    await expect(
      findBackend({ setting: "webgpu", packagesDirectory }, signal),
    ).rejects.toMatchObject({ message: expect.stringContaining("there is no GPU") });
  });
});
