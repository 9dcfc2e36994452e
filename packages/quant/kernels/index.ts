export { sweepBudgets } from "./budgets";
export { factorPanels, solveLowerPanels, solveUpperPanels } from "./cholesky";
export { accumulateReflectors, applyReflectors, rotatePanels } from "./eigen";
export { spanCorrelations } from "./linkage";
export { addBlockProducts } from "./products";
export { tridiagonalize } from "./tridiagonal";
