import util from "node:util";
import * as core from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { openBackend } from "./open-backend.ts";
import type { ImportPackage } from "./tensor-flow/tensor-flow.ts";

/** Loads the packages given, and lacks all others as Node says it. */
function only(packages: Readonly<Record<string, unknown>>): ImportPackage {
  return (name) =>
    name in packages
      ? Promise.resolve(packages[name])
      : Promise.reject(Object.assign(new Error(`no ${name}`), { code: "ERR_MODULE_NOT_FOUND" }));
}

/** Stands for the native addon: TensorFlow.js on the processor, which says what it is told to say. */
function addon(facts: { isGPUPackage: boolean; isUsingGpuDevice: boolean }, changes: object = {}) {
  return {
    ...core,
    default: undefined,
    ready: () => Promise.resolve(),
    getBackend: () => "tensorflow",
    backend: () => facts,
    ...changes,
  };
}

const GPU = { isGPUPackage: true, isUsingGpuDevice: true };

beforeEach(async () => {
  // Computes what the addon is asked for.
  await openBackend("cpu");
});

describe("openBackend with tfjs-gpu", () => {
  const withAddon = (own: unknown) =>
    openBackend("tfjs-gpu", only({ "@tensorflow/tfjs-node-gpu": own }));

  it("opens a GPU on which a product of matrices is right", async () => {
    const { backend, declined } = await withAddon(addon(GPU));

    expect(backend).toMatchObject({ id: "tfjs-gpu", device: "GPU, CUDA" });
    expect(declined).toEqual([]);
  });

  it("refuses when the package is not installed", async () => {
    await expect(openBackend("tfjs-gpu", only({}))).rejects.toMatchObject({
      reason: "BACKEND_UNAVAILABLE",
      kind: "failed-precondition",
      message:
        "Backend tfjs-gpu: the package @tensorflow/tfjs-node-gpu is not installed. " +
        "Run npm i --no-save @tensorflow/tfjs-node-gpu@4.22.0 --ignore-scripts=false.",
      metadata: { backend: "tfjs-gpu" },
    });
  });

  it("refuses when the native library does not load", async () => {
    const load = () => Promise.reject(new Error("libtensorflow.so.2: cannot open"));

    await expect(openBackend("tfjs-gpu", load)).rejects.toMatchObject({
      reason: "BACKEND_UNAVAILABLE",
      message: expect.stringContaining("does not load: libtensorflow.so.2: cannot open"),
    });
  });

  it.each([
    ["finds no GPU", addon({ isGPUPackage: true, isUsingGpuDevice: false }), "finds no GPU"],
    ["is that of the processor", addon({ isGPUPackage: false, isUsingGpuDevice: true }), "no GPU"],
    ["fell back to JavaScript", addon(GPU, { getBackend: () => "cpu" }), "runs cpu and not"],
    [
      "throws at a product",
      addon(GPU, {
        matMul: () => {
          throw new Error("no kernel image is available for execution on the device");
        },
      }),
      "a product of two matrices fails",
    ],
    [
      "computes a wrong product",
      addon(GPU, { matMul: (x: core.Tensor) => core.zerosLike(x) }),
      "fails or is wrong",
    ],
  ])("refuses an addon that %s, with no processor in its place", async (_, own, message) => {
    await expect(withAddon(own)).rejects.toMatchObject({
      reason: "BACKEND_UNAVAILABLE",
      message: expect.stringContaining(message),
    });
  });

  it("gives the addon the function that Node 23 took away, before it loads", async () => {
    const host = util as { isNullOrUndefined?: (value: unknown) => boolean };
    const kept = host.isNullOrUndefined;
    delete host.isNullOrUndefined;
    const seen: unknown[] = [];

    await openBackend("tfjs-gpu", () => {
      seen.push(host.isNullOrUndefined?.(undefined), host.isNullOrUndefined?.(0));
      return Promise.resolve(addon(GPU));
    });

    expect(seen).toEqual([true, false]);
    if (kept !== undefined) host.isNullOrUndefined = kept;
  });
});

describe("openBackend with tfjs-node", () => {
  it("opens TensorFlow on the processor", async () => {
    const own = addon({ isGPUPackage: false, isUsingGpuDevice: false });

    const { backend } = await openBackend("tfjs-node", only({ "@tensorflow/tfjs-node": own }));

    expect(backend).toMatchObject({ id: "tfjs-node", device: "CPU, TensorFlow" });
  });
});

describe("openBackend with webgpu", () => {
  const dawn = (adapter: object | null) => ({
    globals: {},
    create: () => ({ requestAdapter: () => Promise.resolve(adapter) }),
  });

  it("refuses a machine without a GPU", async () => {
    await expect(openBackend("webgpu", only({ webgpu: dawn(null) }))).rejects.toMatchObject({
      reason: "BACKEND_UNAVAILABLE",
      message: expect.stringContaining("there is no GPU"),
    });
  });

  it("refuses when TensorFlow.js takes another backend without a word", async () => {
    const packages = {
      webgpu: dawn({ info: { description: "A GPU" } }),
      "@tensorflow/tfjs-core": {
        ...core,
        default: undefined,
        setBackend: () => Promise.resolve(true),
      },
      "@tensorflow/tfjs-layers": {},
      "@tensorflow/tfjs-backend-webgpu": {},
    };

    await expect(openBackend("webgpu", only(packages))).rejects.toMatchObject({
      reason: "BACKEND_UNAVAILABLE",
      message: expect.stringContaining("does not start its backend webgpu"),
    });
  });
});

describe("openBackend with auto", () => {
  it("takes what is native where nothing is installed, and says why", async () => {
    const { backend, declined } = await openBackend("auto", only({}));

    expect(backend.id).toBe("native");
    expect(declined).toEqual([
      expect.stringContaining("tfjs-gpu: the package @tensorflow/tfjs-node-gpu is not installed."),
      expect.stringContaining("webgpu: the package webgpu is not installed. Run npm i"),
    ]);
  });

  it("takes no GPU that is only simulated", async () => {
    const simulated = { info: { architecture: "swiftshader", description: "SwiftShader Device" } };
    const webgpu = {
      globals: {},
      create: () => ({ requestAdapter: () => Promise.resolve(simulated) }),
    };

    const { backend, declined } = await openBackend("auto", only({ webgpu }));

    expect(backend.id).toBe("native");
    expect(declined[1]).toBe("Backend webgpu: SwiftShader Device is no GPU but simulates one.");
  });

  it("takes a GPU by CUDA first", async () => {
    const load = only({ "@tensorflow/tfjs-node-gpu": addon(GPU) });

    expect((await openBackend("auto", load)).backend.id).toBe("tfjs-gpu");
  });
});
