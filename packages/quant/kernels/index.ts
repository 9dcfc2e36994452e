export { factorPanels, solveLowerPanels, solveUpperPanels } from "./cholesky";
export { addBlockProducts } from "./products";
