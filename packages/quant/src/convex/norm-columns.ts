import type { BlockCone } from "./cones/build-cones.ts";
import { NormCone } from "./cones/norm.ts";
import type { ConicProblem } from "./conic-problem.ts";

/** A norm of a block: its rank-one term is the extra unknown `column`. */
export interface NormColumn {
  readonly column: number;
  readonly block: number;
  readonly row: number;
  readonly cone: NormCone;
  readonly headCoefficients: Float64Array;
}

/** Lists the norms of all blocks; their columns follow each other from `first`. */
export function normColumns(
  problem: ConicProblem,
  byBlock: readonly (readonly BlockCone[])[],
  first: number,
): NormColumn[] {
  const norms: NormColumn[] = [];
  for (const [block, { cones }] of problem.blocks.entries()) {
    for (const [i, rowCone] of cones.entries()) {
      const { cone, row } = byBlock[block][i];
      if (cone instanceof NormCone && rowCone.kind === "norm") {
        const headCoefficients = rowCone.coefficients;
        norms.push({ column: first + norms.length, block, row, cone, headCoefficients });
      }
    }
  }
  return norms;
}
