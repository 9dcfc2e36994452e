import type { ConstraintSystem } from "./constraints.ts";
import type { Multipliers } from "./linear-system.ts";
import { createTableau, maximize, reachFeasibility } from "./simplex.ts";

const COST_TOLERANCE = 1e-13;

/**
 * Finds multipliers of least g'x over a constraint system, g = A'·rows + bounds.
 *
 * They are complementary to every least point, so they prove a given point optimal for a convex
 * function whose gradient there is g, degenerate or not.
 *
 * @param gradient - g, length n.
 * @returns Multipliers in the unit of g, for the scaled rows of the system; nothing when no point
 *   is feasible.
 */
export function linearDuals(
  system: ConstraintSystem,
  gradient: Float64Array,
): Multipliers | undefined {
  const { assetCount: n, rowCount } = system;
  const size = gradient.reduce((largest, g) => Math.max(largest, Math.abs(g)), 0) || 1;
  const tableau = createTableau(system);
  if (!reachFeasibility(tableau)) {
    return undefined;
  }
  const objective = gradient.map((g) => -g / size);
  const reducedCosts = maximize(tableau, objective, COST_TOLERANCE);
  const bounds = new Float64Array(n);
  const rows = new Float64Array(rowCount);
  for (let j = 0; j < n; j++) {
    const variable = tableau.nonbasic[j];
    const multiplier = size * reducedCosts[j];
    if (variable < n) {
      bounds[variable] = multiplier;
    } else {
      rows[variable - n] = multiplier;
    }
  }
  return { bounds, rows };
}
