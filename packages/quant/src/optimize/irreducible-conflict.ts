import type { ConstraintSystem } from "./constraints.ts";
import {
  createTableau,
  reachFeasibility,
  type Tableau,
  violation,
  violationGradient,
} from "./simplex.ts";

/** One bound's part in a proof that no point exists. */
export interface BoundUse {
  /** Asset 0 … n − 1 or row n …, as in the simplex tableau. */
  readonly variable: number;
  /** -1 for its lower bound, 1 for its upper bound. */
  readonly side: number;
  /** How often the bound counts, positive; the largest factor is 1. */
  readonly factor: number;
}

const ZERO_TOLERANCE = 1e-9;

/**
 * Finds bounds of which any proper part could be met, but not all.
 *
 * A violated basic variable that no other one can help is a proof by itself: its row of the
 * tableau writes it as a sum of variables that all sit at their most helpful bounds. That
 * row is an elementary vector, so each bound in it is needed. To get there, all violated
 * bounds but one are lifted, one at a time (a deletion filter that never restarts).
 *
 * @returns The bounds, or nothing when the constraints can be met.
 * @see Gleeson & Ryan (1990), "Identifying minimally infeasible subsystems of
 *   inequalities", doi:10.1287/ijoc.2.1.61
 */
export function irreducibleConflict(system: ConstraintSystem): readonly BoundUse[] | undefined {
  const tableau = createTableau(system);
  if (reachFeasibility(tableau)) {
    return undefined;
  }
  for (let count = 0; count <= system.rowCount; count++) {
    const broken = Array.from(tableau.basic).filter((item) => violation(tableau, item) !== 0);
    if (broken.length <= 1) {
      break;
    }
    const restore = liftBound(tableau, broken[0]);
    if (reachFeasibility(tableau)) {
      restore();
      reachFeasibility(tableau);
    }
  }
  return readProof(tableau);
}

/** Removes the violated bound of a variable. Returns what puts it back. */
function liftBound(tableau: Tableau, variable: number): () => void {
  const { lower, upper } = tableau;
  const bounds = violation(tableau, variable) < 0 ? lower : upper;
  const kept = bounds[variable];
  bounds[variable] = bounds === lower ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return () => {
    bounds[variable] = kept;
  };
}

function readProof(tableau: Tableau): readonly BoundUse[] {
  const { basic, nonbasic, assetCount: n } = tableau;
  const gradient = new Float64Array(n);
  violationGradient(tableau, gradient);
  const uses: BoundUse[] = [];
  const add = (variable: number, side: number, factor: number) => {
    if (factor > ZERO_TOLERANCE) {
      uses.push({ variable, side, factor });
    }
  };
  for (const variable of basic) {
    const side = violation(tableau, variable);
    add(variable, side, Math.abs(side));
  }
  for (let j = 0; j < n; j++) {
    add(nonbasic[j], gradient[j] > 0 ? -1 : 1, Math.abs(gradient[j]));
  }
  const largest = Math.max(...uses.map(({ factor }) => factor));
  return uses
    .map((use) => ({ ...use, factor: use.factor / largest }))
    .sort((a, b) => b.variable - a.variable);
}
