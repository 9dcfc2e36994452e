import {
  budgetRange,
  constraintSize,
  type WeightConstraints,
} from "../../src/optimize/constraints.ts";
import { rowSize, rowValue } from "../../src/optimize/linear-row.ts";

/**
 * Finds by how much weights break their constraints at most, beside the largest limit; rows count
 * per unit of their largest coefficient. NaN where a weight is.
 */
export function violationOf(weights: Float64Array, constraints: WeightConstraints): number {
  const { lower, upper, rows } = constraints;
  const size = constraintSize(constraints);
  const budget = budgetRange(constraints);
  let invested = 0;
  let worst = 0;
  for (let i = 0; i < lower.length; i++) {
    // Divided before they are added, as sums of the largest numbers overflow.
    invested += weights[i] / size;
    worst = Math.max(worst, (lower[i] - weights[i]) / size, (weights[i] - upper[i]) / size);
  }
  worst = Math.max(worst, budget.lower / size - invested, invested - budget.upper / size);
  const scaled = weights.map((weight) => weight / size);
  for (const row of rows) {
    const value = rowValue(row, scaled);
    const excess = Math.max(row.lower / size - value, value - row.upper / size);
    worst = Math.max(worst, excess / rowSize(row));
  }
  return weights.length === lower.length ? worst : Number.NaN;
}
