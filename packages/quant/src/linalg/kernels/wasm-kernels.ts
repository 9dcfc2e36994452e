import type { KernelSet } from "./kernel-set.ts";
import { KERNELS_WASM_BASE64 } from "./kernels-wasm.ts";

/** What is used of WebAssembly; the type library of the runtime has no declaration of it. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  readonly grow: (pages: number) => number;
}

type WasmExports = Omit<KernelSet, "reserve"> & { readonly memory: WasmMemory };

let compiled: object | undefined;

function compile(host: WebAssemblyHost): object {
  const bytes = Uint8Array.from(atob(KERNELS_WASM_BASE64), (char) => char.charCodeAt(0));
  return new host.Module(bytes);
}

const PAGE_BYTES = 65_536;
const DOUBLE_BYTES = 8;

/**
 * Compiles the WebAssembly kernels, with a heap of their own.
 *
 * @returns Nothing where there is no WebAssembly, or none with 128-bit vectors.
 */
export function createWasmKernels(): KernelSet | undefined {
  const host = (globalThis as { WebAssembly?: WebAssemblyHost }).WebAssembly;
  if (host === undefined) {
    return undefined;
  }
  try {
    compiled ??= compile(host);
    const { exports } = new host.Instance(compiled);
    return kernelSetOf(exports as WasmExports);
  } catch {
    // No vectors, or a host that forbids compiling: the twin gives the same results.
    return undefined;
  }
}

function kernelSetOf(exports: WasmExports): KernelSet {
  const { memory } = exports;
  let heap = new Float64Array(memory.buffer);
  return {
    ...exports,
    reserve: (length) => {
      const missing = length * DOUBLE_BYTES - memory.buffer.byteLength;
      if (missing > 0) {
        memory.grow(Math.ceil(missing / PAGE_BYTES));
        heap = new Float64Array(memory.buffer);
      }
      return heap;
    },
  };
}
