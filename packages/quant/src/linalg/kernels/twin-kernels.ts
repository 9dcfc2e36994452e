import type { KernelSet } from "./kernel-set.ts";
import { sweepBudgets } from "./twin-budgets.ts";
import { factorPanels, solveLowerPanels, solveUpperPanels } from "./twin-cholesky.ts";
import { accumulateReflectors, applyReflectors, rotatePanels } from "./twin-eigen.ts";
import { spanCorrelations } from "./twin-linkage.ts";
import { addBlockProducts } from "./twin-products.ts";
import { addOuter, addRows, multiplySymmetric } from "./twin-symmetric.ts";
import { tridiagonalize } from "./twin-tridiagonal.ts";

/** Creates the kernels in plain TypeScript, with a heap of their own. */
export function createTwinKernels(): KernelSet {
  let heap = new Float64Array(0);
  return {
    reserve: (length) => {
      if (heap.length < length) {
        heap = new Float64Array(length);
      }
      return heap;
    },
    addBlockProducts: (...operands) => addBlockProducts(heap, ...operands),
    factorPanels: (...operands) => factorPanels(heap, ...operands),
    solveLowerPanels: (...operands) => solveLowerPanels(heap, ...operands),
    solveUpperPanels: (...operands) => solveUpperPanels(heap, ...operands),
    tridiagonalize: (...operands) => tridiagonalize(heap, ...operands),
    accumulateReflectors: (...operands) => accumulateReflectors(heap, ...operands),
    applyReflectors: (...operands) => applyReflectors(heap, ...operands),
    sweepBudgets: (...operands) => sweepBudgets(heap, ...operands),
    spanCorrelations: (...operands) => spanCorrelations(heap, ...operands),
    addRows: (...operands) => addRows(heap, ...operands),
    multiplySymmetric: (...operands) => multiplySymmetric(heap, ...operands),
    addOuter: (...operands) => addOuter(heap, ...operands),
    rotatePanels: (...operands) => rotatePanels(heap, ...operands),
  };
}
