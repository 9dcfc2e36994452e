export { attentionBackward, attentionForward } from "./attention";
export { adamStep, addBias, addColumnSums, addTo, gatherRows, maskRectified } from "./dense";
export { gatedBackward, gatedForward } from "./gated";
export { addToHistogram, partitionRows, subtractCells } from "./histogram";
export { normalizeBackward, normalizeForward } from "./normalize";
export { multiply, multiplyTransposed, transpose } from "./products";
export { gruBackward, gruForward, lstmBackward, lstmForward } from "./recurrent";
