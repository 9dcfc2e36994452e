import type { KernelHeap, KernelSet } from "./kernel-set.ts";
import { attentionBackward, attentionForward } from "./twin-attention.ts";
import {
  adamStep,
  addBias,
  addColumnSums,
  addTo,
  gatherRows,
  maskRectified,
} from "./twin-dense.ts";
import { gatedBackward, gatedForward } from "./twin-gated.ts";
import { addToHistogram, partitionRows, subtractCells } from "./twin-histogram.ts";
import { normalizeBackward, normalizeForward } from "./twin-normalize.ts";
import { multiply, multiplyTransposed, transpose } from "./twin-products.ts";
import { gruBackward, gruForward, lstmBackward, lstmForward } from "./twin-recurrent.ts";

/** Creates the kernels in plain TypeScript, with a heap of their own, all zeros. */
export function createTwinKernels(byteLength: number): KernelSet {
  const buffer = new ArrayBuffer(Math.ceil(byteLength / 16) * 16);
  const heap: KernelHeap = {
    bytes: new Uint8Array(buffer),
    integers: new Int32Array(buffer),
    floats: new Float32Array(buffer),
    doubles: new Float64Array(buffer),
  };
  return {
    heap,
    multiply: (...operands) => multiply(heap, ...operands),
    multiplyTransposed: (...operands) => multiplyTransposed(heap, ...operands),
    transpose: (...operands) => transpose(heap, ...operands),
    addBias: (...operands) => addBias(heap, ...operands),
    maskRectified: (...operands) => maskRectified(heap, ...operands),
    addColumnSums: (...operands) => addColumnSums(heap, ...operands),
    addTo: (...operands) => addTo(heap, ...operands),
    gatherRows: (...operands) => gatherRows(heap, ...operands),
    adamStep: (...operands) => adamStep(heap, ...operands),
    lstmForward: (...operands) => lstmForward(heap, ...operands),
    lstmBackward: (...operands) => lstmBackward(heap, ...operands),
    gruForward: (...operands) => gruForward(heap, ...operands),
    gruBackward: (...operands) => gruBackward(heap, ...operands),
    gatedForward: (...operands) => gatedForward(heap, ...operands),
    gatedBackward: (...operands) => gatedBackward(heap, ...operands),
    attentionForward: (...operands) => attentionForward(heap, ...operands),
    attentionBackward: (...operands) => attentionBackward(heap, ...operands),
    normalizeForward: (...operands) => normalizeForward(heap, ...operands),
    normalizeBackward: (...operands) => normalizeBackward(heap, ...operands),
    addToHistogram: (...operands) => addToHistogram(heap, ...operands),
    partitionRows: (...operands) => partitionRows(heap, ...operands),
    subtractCells: (...operands) => subtractCells(heap, ...operands),
  };
}
