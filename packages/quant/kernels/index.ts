export { sweepBudgets } from "./budgets";
export { factorPanels, solveLowerPanels, solveUpperPanels } from "./cholesky";
export { accumulateReflectors, applyReflectors, rotatePanels } from "./eigen";
export { addBlockProducts } from "./products";
export { tridiagonalize } from "./tridiagonal";
