export { adamStep, addBias, addColumnSums, addTo, gatherRows, maskRectified } from "./dense";
export { addToHistogram, subtractCells } from "./histogram";
export { multiply, multiplyTransposed, transpose } from "./products";
export { gruBackward, gruForward, lstmBackward, lstmForward } from "./recurrent";
