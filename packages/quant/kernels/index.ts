export { factorPanels, solveLowerPanels, solveUpperPanels } from "./cholesky";
export { accumulateReflectors, rotatePanels, tridiagonalize } from "./eigen";
export { addBlockProducts } from "./products";
