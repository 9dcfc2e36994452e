export { sweepBudgets } from "./budgets";
export { factorPanels, solveLowerPanels, solveUpperPanels } from "./cholesky";
export { accumulateReflectors, applyReflectors, rotatePanels } from "./eigen";
export { spanCorrelations } from "./linkage";
export { addBlockProducts } from "./products";
export { addOuter, addRows, multiplySymmetric } from "./symmetric";
export { tridiagonalize } from "./tridiagonal";
