import type { ConstraintSystem } from "./constraints.ts";
import { createTableau, exchange, recomputeBasicValues, type Tableau } from "./simplex.ts";

// Values that pivots have moved by less than this from where they belong are as good as exact.
const DRIFT_TOLERANCE = 1e-12;

/**
 * Computes a tableau with the same basis afresh, with as few pivots as there are basic assets, each
 * the largest there is.
 *
 * @returns The new tableau; nothing where the old one has not drifted from it, or its basis is
 *   singular.
 */
export function refreshTableau(system: ConstraintSystem, old: Tableau): Tableau | undefined {
  const fresh = createTableau(system);
  const { assetCount: n } = system;
  const wanted = new Set(old.basic.filter((variable) => variable < n));
  while (wanted.size > 0) {
    const pivot = largestPivot(fresh, wanted, new Set(old.nonbasic));
    if (pivot === undefined) {
      return undefined;
    }
    wanted.delete(fresh.nonbasic[pivot.column]);
    exchange(fresh, pivot.row, pivot.column);
  }
  for (const variable of old.nonbasic) {
    fresh.values[variable] = old.values[variable];
  }
  recomputeBasicValues(fresh);
  const drift = fresh.values.reduce(
    (worst, value, k) => Math.max(worst, Math.abs(value - old.values[k])),
    0,
  );
  return drift > DRIFT_TOLERANCE ? fresh : undefined;
}

/** Finds the largest entry that brings a wanted variable in for one that is to leave. */
function largestPivot(
  { entries, basic, nonbasic, assetCount: n }: Tableau,
  wanted: ReadonlySet<number>,
  leaving: ReadonlySet<number>,
) {
  let best: { readonly row: number; readonly column: number } | undefined;
  let size = 0;
  for (let i = 0; i < basic.length; i++) {
    for (let j = 0; leaving.has(basic[i]) && j < n; j++) {
      if (wanted.has(nonbasic[j]) && Math.abs(entries[i * n + j]) > size) {
        size = Math.abs(entries[i * n + j]);
        best = { row: i, column: j };
      }
    }
  }
  return best;
}
