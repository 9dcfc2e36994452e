import {
  type ConstraintSystem,
  checkConstraints,
  constraintSystem,
  type WeightConstraints,
} from "./constraints.ts";
import { checkRow, type Limits, type LinearRow, rowSize } from "./linear-row.ts";
import { createTableau, maximize, reachFeasibility, type Tableau } from "./simplex.ts";

const COST_TOLERANCE = 1e-12;

/**
 * Finds the least and the greatest value of weighted sums of weights that constraints allow.
 *
 * @param sums - Their own limits do not count, unless they are among the constraints.
 * @returns One range per sum; nothing when no weights satisfy the constraints.
 * @throws {ArgumentError} A constraint or a sum makes no sense by itself.
 */
export function attainableRanges(
  constraints: WeightConstraints,
  sums: readonly LinearRow[],
): readonly Limits[] | undefined {
  checkConstraints(constraints);
  for (const sum of sums) {
    checkRow(sum, constraints.lower.length);
  }
  const system = constraintSystem(constraints);
  const isCrossed =
    system.lower.some((bound, i) => bound > system.upper[i]) ||
    system.rowLower.some((bound, r) => bound > system.rowUpper[r]);
  const tableau = createTableau(system);
  if (isCrossed || !reachFeasibility(tableau)) {
    return undefined;
  }
  return sums.map((sum) => ({
    lower: -greatest(tableau, system, sum, -1),
    upper: greatest(tableau, system, sum, 1),
  }));
}

/** Maximizes sign·a'w from wherever the tableau stands. */
function greatest(
  tableau: Tableau,
  { size, assetCount }: ConstraintSystem,
  sum: LinearRow,
  sign: number,
): number {
  const scale = rowSize(sum);
  const objective = new Float64Array(assetCount);
  for (const [k, asset] of sum.assets.entries()) {
    objective[asset] = (sign * sum.coefficients[k]) / scale;
  }
  maximize(tableau, objective, COST_TOLERANCE);
  let value = 0;
  for (let i = 0; i < assetCount; i++) {
    value += objective[i] * tableau.values[i];
  }
  // Adding 0 turns -0 into 0.
  return value * scale * size + 0;
}
