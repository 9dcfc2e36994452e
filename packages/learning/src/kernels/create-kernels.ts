import type { KernelHeap, KernelSet } from "./kernel-set.ts";
import { KERNELS_WASM_BASE64 } from "./kernels-wasm.ts";
import { createTwinKernels } from "./twin-kernels.ts";

/** What is used of WebAssembly; the type library of the runtime has no declaration of it. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

type WasmExports = Omit<KernelSet, "heap"> & {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
};

const PAGE_BYTES = 65_536;

let compiled: { readonly module: object; readonly host: WebAssemblyHost } | undefined;

/**
 * Makes kernels with a heap of their own, all zeros.
 *
 * @param byteLength - Bytes of the heap.
 * @param kind - "wasm" for vectors where the host has them, "twin" for plain TypeScript. Results do
 *   not depend on it.
 */
export function createKernels(byteLength: number, kind: "wasm" | "twin"): KernelSet {
  return (kind === "wasm" && createWasmKernels(byteLength)) || createTwinKernels(byteLength);
}

/** @returns Nothing where there is no WebAssembly with vectors, or not enough memory for it. */
export function createWasmKernels(byteLength: number): KernelSet | undefined {
  try {
    compiled ??= compile();
    if (compiled === undefined) {
      return undefined;
    }
    const exports = new compiled.host.Instance(compiled.module).exports as WasmExports;
    const { memory } = exports;
    const missing = byteLength - memory.buffer.byteLength;
    if (missing > 0) {
      memory.grow(Math.ceil(missing / PAGE_BYTES));
    }
    return { ...exports, heap: heapOf(memory.buffer) };
  } catch {
    // No vectors, a host that forbids compiling, or no memory: the twin gives the same results.
    return undefined;
  }
}

function compile(): typeof compiled {
  const host = (globalThis as { WebAssembly?: WebAssemblyHost }).WebAssembly;
  if (host === undefined) {
    return undefined;
  }
  const bytes = Uint8Array.from(atob(KERNELS_WASM_BASE64), (char) => char.charCodeAt(0));
  return { host, module: new host.Module(bytes) };
}

function heapOf(buffer: ArrayBuffer): KernelHeap {
  return {
    bytes: new Uint8Array(buffer),
    integers: new Int32Array(buffer),
    floats: new Float32Array(buffer),
    doubles: new Float64Array(buffer),
  };
}
