import type { TrainingBackend } from "../training-backend.ts";
import { unavailable } from "../unavailable.ts";
import { openCore, required } from "./open-core.ts";
import type { ImportPackage } from "./tensor-flow.ts";
import { tensorFlowBackend } from "./tensor-flow-backend.ts";

/** What is used of Dawn, an implementation of WebGPU. */
interface Dawn {
  readonly create: (options: readonly string[]) => Gpu;
  readonly globals: object;
}

interface Gpu {
  readonly requestAdapter: (options?: object) => Promise<Adapter | null>;
}

interface Adapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly device?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
  };
}

/**
 * Opens a GPU through WebGPU.
 *
 * @param allowsFallback - Whether a GPU that is only simulated will do.
 * @throws {AppError} `BACKEND_UNAVAILABLE`: a package is not installed, there is no GPU or only a
 *   simulated one, or a product of two matrices fails.
 */
export async function openWebgpu(
  allowsFallback: boolean,
  importPackage: ImportPackage,
): Promise<TrainingBackend> {
  const id = "webgpu";
  const dawn = (await required(id, "webgpu", importPackage)) as Dawn;
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) {
    throw unavailable(id, "there is no GPU with a driver for Vulkan, Metal or Direct3D 12.");
  }
  if (isSimulated(adapter) && !allowsFallback) {
    throw unavailable(id, `${nameOf(adapter)} is no GPU but simulates one.`);
  }
  exposeGpu(gpu);
  const tf = await openCore(id, importPackage);
  return tensorFlowBackend(tf, id, nameOf(adapter));
}

/** TensorFlow.js looks for the GPU where browsers have it. */
function exposeGpu(gpu: Gpu): void {
  const host = globalThis as { navigator?: object };
  if (host.navigator === undefined) {
    Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  }
  Object.defineProperty(host.navigator, "gpu", { value: gpu, configurable: true });
}

function isSimulated({ isFallbackAdapter, info }: Adapter): boolean {
  const name = `${info?.architecture} ${info?.device} ${info?.description}`;
  return (
    (isFallbackAdapter ?? info?.isFallbackAdapter ?? false) || /swiftshader|llvmpipe/i.test(name)
  );
}

function nameOf({ info }: Adapter): string {
  const { description, vendor, architecture } = info ?? {};
  return description || [vendor, architecture].filter(Boolean).join(" ") || "GPU, WebGPU";
}
