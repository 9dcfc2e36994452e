import type { PlacedBlock } from "./conic-problem.ts";

/** Subtracts the chained local of the scenario before in the step row of a block that has one. */
export function stepForward(block: PlacedBlock, v: Float64Array, out: Float64Array): void {
  const { stepRow, locals, rowCount, localStart, coneStart } = block;
  if (stepRow === undefined) {
    return;
  }
  for (let t = 1; t < block.scenarios; t++) {
    out[coneStart + t * rowCount + stepRow] -= v[localStart + t * locals - 1];
  }
}

/** Adds the transposed product of that entry. */
export function stepBackward(block: PlacedBlock, z: Float64Array, out: Float64Array): void {
  const { stepRow, locals, rowCount, localStart, coneStart } = block;
  if (stepRow === undefined) {
    return;
  }
  for (let t = 1; t < block.scenarios; t++) {
    out[localStart + t * locals - 1] -= z[coneStart + t * rowCount + stepRow];
  }
}
