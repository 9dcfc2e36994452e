import { coneRows, type RowCone } from "../conic-block.ts";
import type { ConicProblem, PlacedBlock } from "../conic-problem.ts";
import type { Cone, Places } from "./cone.ts";
import { EXPONENTIAL_BARRIER } from "./exponential-barrier.ts";
import { LorentzCone } from "./lorentz.ts";
import { NonnegativeCone } from "./nonnegative.ts";
import { NormCone } from "./norm.ts";
import { powerBarrier } from "./power-barrier.ts";
import { SingleRows } from "./single-rows.ts";
import { TripleCone } from "./triple.ts";

/** A cone of a block, with the first row of a scenario that it takes. */
export interface BlockCone {
  readonly cone: Cone;
  readonly row: number;
}

export interface ProblemCones {
  readonly all: readonly Cone[];
  readonly byBlock: readonly (readonly BlockCone[])[];
  readonly singleRows: SingleRows;
  /** Sum of the degrees. */
  readonly degree: number;
}

/** Makes the cones of a problem, each with room for its scaling. */
export function buildCones(problem: ConicProblem): ProblemCones {
  const byBlock = problem.blocks.map(blockCones);
  const singleRows = new SingleRows(problem.rows, problem.rowStart);
  const all = [...byBlock.flat().map(({ cone }) => cone), singleRows];
  const degree = all.reduce((sum, cone) => sum + cone.degree, 0);
  return { all, byBlock, singleRows, degree };
}

function blockCones(block: PlacedBlock): BlockCone[] {
  let row = 0;
  let head = block.headStart;
  return block.cones.map((rowCone) => {
    const places = {
      first: block.coneStart + row,
      stride: block.rowCount,
      count: block.scenarios,
    };
    const placed = { cone: makeCone(rowCone, places, head), row };
    row += coneRows(rowCone);
    head += rowCone.kind === "norm" ? 1 : 0;
    return placed;
  });
}

function makeCone(rowCone: RowCone, places: Places, head: number): Cone {
  switch (rowCone.kind) {
    case "nonnegative":
      return new NonnegativeCone(places);
    case "norm":
      return new NormCone(head, places);
    case "lorentz":
      return new LorentzCone(places);
    case "exponential":
      return new TripleCone(places, EXPONENTIAL_BARRIER);
    case "power":
      return new TripleCone(places, powerBarrier(rowCone.exponent));
  }
}
