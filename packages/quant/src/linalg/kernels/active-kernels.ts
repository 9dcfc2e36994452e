import type { KernelSet } from "./kernel-set.ts";
import { createTwinKernels } from "./twin-kernels.ts";
import { createWasmKernels } from "./wasm-kernels.ts";

// What WebAssembly can address is 2^29 doubles; half of it leaves the offsets' sign alone.
const WASM_HEAP_MAX = 2 ** 28;

const wasm = createWasmKernels();
const twin = createTwinKernels();

let preferred = wasm ?? twin;

/** Kernels with a heap of the length asked for. */
export interface PreparedKernels {
  readonly kernels: KernelSet;
  readonly heap: Float64Array;
}

/**
 * Hands out kernels with a heap that is large enough.
 *
 * They are shared by all callers of the thread: the heap's content is good only until the
 * caller returns.
 *
 * @param length - Doubles needed.
 */
export function prepareKernels(length: number): PreparedKernels {
  if (length <= WASM_HEAP_MAX) {
    try {
      return { kernels: preferred, heap: preferred.reserve(length) };
    } catch (error) {
      // The host refuses to grow the heap; the twin may still find room.
      if (preferred === twin || !(error instanceof RangeError)) {
        throw error;
      }
    }
  }
  return { kernels: twin, heap: twin.reserve(length) };
}

/**
 * Makes kernels with a heap of their own, which keeps what it holds as long as the caller keeps it.
 *
 * @param length - Doubles of the heap, all 0 at first. It cannot grow.
 * @param isLarge - Whether work on it is worth more than making kernels in WebAssembly, 0.1 ms.
 */
export function ownKernels(length: number, isLarge: boolean): PreparedKernels {
  if (isLarge && length <= WASM_HEAP_MAX && preferred === wasm) {
    try {
      const kernels = createWasmKernels();
      if (kernels !== undefined) {
        return { kernels, heap: kernels.reserve(length) };
      }
    } catch (error) {
      // The host has no room for another heap that can be addressed.
      if (!(error instanceof RangeError)) {
        throw error;
      }
    }
  }
  const kernels = createTwinKernels();
  return { kernels, heap: kernels.reserve(length) };
}

/** Says which kernels are in use. */
export function kernelsInUse(): "wasm" | "twin" {
  return preferred === wasm ? "wasm" : "twin";
}

/**
 * Chooses the kernels of this thread. Results do not depend on it; for tests and measurements.
 *
 * @returns Whether there are such kernels. If not, nothing changes.
 */
export function useKernels(which: "wasm" | "twin"): boolean {
  const chosen = which === "wasm" ? wasm : twin;
  preferred = chosen ?? preferred;
  return chosen !== undefined;
}
