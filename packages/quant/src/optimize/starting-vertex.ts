import type { ConstraintSystem } from "./constraints.ts";
import { refreshTableau } from "./refresh-tableau.ts";
import { createTableau, exchange, maximize, reachFeasibility, type Tableau } from "./simplex.ts";

/** A vertex of the feasible weights and the constraints that hold it there. */
export interface Vertex {
  /** Length n. */
  readonly weights: Float64Array;
  /** Assets held in place by rows; every other asset sits at a bound. */
  readonly freeAssets: readonly number[];
  /** Rows that bind, as many as free assets; their free columns are linearly independent. */
  readonly activeRows: readonly number[];
}

const COST_TOLERANCE = 1e-12;
const REFRESHES_MAX = 3;

/**
 * Finds a vertex of greatest expected return, or nothing when no weights are feasible.
 *
 * @param objective - Expected returns scaled to a range of about 1, length n.
 * @param detour - Another objective to follow first, so that the vertex is come to another way.
 */
export function maximumReturnVertex(
  system: ConstraintSystem,
  objective: Float64Array,
  detour?: Float64Array,
): Vertex | undefined {
  const tableau = bestTableau(system, objective, detour);
  if (tableau === undefined) {
    return undefined;
  }
  const n = system.assetCount;
  return {
    weights: tableau.values.slice(0, n),
    freeAssets: Array.from(tableau.basic).filter((variable) => variable < n),
    activeRows: Array.from(tableau.nonbasic, (variable) => variable - n).filter((row) => row >= 0),
  };
}

/** Solves the program, and again from a fresh tableau while pivots have let it drift. */
function bestTableau(
  system: ConstraintSystem,
  objective: Float64Array,
  detour: Float64Array | undefined,
): Tableau | undefined {
  let tableau = createTableau(system);
  if (isCrossed(tableau)) {
    return undefined;
  }
  for (let round = 0; ; round++) {
    if (!reachFeasibility(tableau)) {
      return undefined;
    }
    bindEqualities(tableau);
    if (detour !== undefined && round === 0) {
      maximize(tableau, detour, COST_TOLERANCE);
    }
    maximize(tableau, objective, COST_TOLERANCE);
    const fresh = round < REFRESHES_MAX ? refreshTableau(system, tableau) : undefined;
    if (fresh === undefined) {
      return tableau;
    }
    tableau = fresh;
  }
}

function isCrossed({ lower, upper }: Tableau): boolean {
  return lower.some((bound, item) => bound > upper[item]);
}

/** Makes rows of equality nonbasic, unless fixed assets and other rows already imply them. */
function bindEqualities(tableau: Tableau): void {
  const { basic, lower, upper, values, assetCount: n } = tableau;
  for (let i = 0; i < basic.length; i++) {
    const row = basic[i];
    if (row < n || lower[row] !== upper[row]) {
      continue;
    }
    const column = bestColumn(tableau, i);
    if (column !== -1) {
      values[row] = lower[row];
      exchange(tableau, i, column);
    }
  }
}

/** Finds the movable column with the largest entry in a tableau row, assets first. */
function bestColumn({ entries, nonbasic, lower, upper, assetCount: n }: Tableau, row: number) {
  let best = -1;
  let bestRank = 0;
  for (let j = 0; j < n; j++) {
    const variable = nonbasic[j];
    const size = Math.abs(entries[row * n + j]);
    if (size < 1e-6 || lower[variable] === upper[variable]) {
      continue;
    }
    const rank = variable < n ? 1e6 + size : size;
    if (rank > bestRank) {
      best = j;
      bestRank = rank;
    }
  }
  return best;
}
