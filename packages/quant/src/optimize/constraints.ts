import { ArgumentError } from "../errors.ts";
import { attainableRange, checkRow, type Limits, type LinearRow, rowSize } from "./linear-row.ts";
import type { LinearSystem } from "./linear-system.ts";

/**
 * Linear limits on portfolio weights.
 *
 * Weights are fractions of capital. A budget of 1 invests everything, 0 is dollar-neutral;
 * a negative lower bound allows a short position.
 */
export interface WeightConstraints {
  /** Smallest weight of each asset, finite, length n. */
  readonly lower: Float64Array;
  /** Largest weight of each asset, finite, length n. */
  readonly upper: Float64Array;
  /** Sum of all weights, or the range that it must lie in. */
  readonly budget: number | Limits;
  /** Limits on weighted sums of weights: groups, exposures, rules in words. */
  readonly rows: readonly LinearRow[];
}

/** Points at one constraint: `asset` and `row` are indices. */
export type ConstraintRef =
  | { readonly type: "lower" | "upper"; readonly asset: number }
  | { readonly type: "row-lower" | "row-upper"; readonly row: number }
  | { readonly type: "budget-lower" | "budget-upper" };

/**
 * Constraints as rows and a box, rowLower ≤ A·w ≤ rowUpper and lower ≤ w ≤ upper, in a unit in
 * which the largest limit is 1 and with rows whose largest coefficient is 1.
 *
 * Row 0 is the budget. A row's limit that its assets keep to by themselves is infinite, and rows
 * without a finite limit are left out.
 */
export interface ConstraintSystem {
  /** Unit of the limits: weight over scaled weight. */
  readonly size: number;
  readonly assetCount: number;
  readonly rowCount: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The matrix A, row-major, shape (rowCount, assetCount). */
  readonly coefficients: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  /** True over scaled coefficients of each row. */
  readonly rowScale: Float64Array;
  /** Index of each row among those of the constraints; -1 for the budget. */
  readonly rowSource: Int32Array;
}

/** Reads the budget as a range. */
export function budgetRange({ budget }: Pick<WeightConstraints, "budget">): Limits {
  return typeof budget === "number" ? { lower: budget, upper: budget } : budget;
}

/** Says how much of the capital a rule invests that needs one number: as much as is allowed. */
export function largestBudget(constraints: Pick<WeightConstraints, "budget">): number {
  return budgetRange(constraints).upper;
}

/**
 * Checks that constraints make sense by themselves. They may still contradict each other.
 *
 * @throws {ArgumentError} There is no asset, lengths differ, a bound of an asset or the
 *   budget is not finite, a limit of a row is NaN or infinite on the wrong side, or a row
 *   names an asset twice or one that does not exist.
 */
export function checkConstraints(constraints: WeightConstraints): void {
  const { lower, upper, rows } = constraints;
  if (lower.length === 0) {
    throw new ArgumentError("constraints need at least 1 asset");
  }
  if (lower.length !== upper.length) {
    throw new ArgumentError(`there are ${lower.length} lower and ${upper.length} upper bounds`);
  }
  const budget = budgetRange(constraints);
  if (!(Number.isFinite(budget.lower) && Number.isFinite(budget.upper))) {
    throw new ArgumentError(`the budget is ${budget.lower} to ${budget.upper}, not finite`);
  }
  for (let i = 0; i < lower.length; i++) {
    if (!(Number.isFinite(lower[i]) && Number.isFinite(upper[i]))) {
      throw new ArgumentError(`bounds of asset ${i} are ${lower[i]} and ${upper[i]}, not finite`);
    }
  }
  for (const row of rows) {
    checkRow(row, lower.length);
  }
}

/** Violations up to this fraction of the largest limit count as rounding. */
export const FEASIBILITY_TOLERANCE = 1e-10;

/**
 * Writes constraints as rows and a box.
 *
 * Bounds that cross by no more than the tolerance are taken as equal.
 *
 * @param constraints - Checked constraints.
 */
export function constraintSystem(constraints: WeightConstraints): ConstraintSystem {
  const n = constraints.lower.length;
  const size = constraintSize(constraints);
  const lower = constraints.lower.map((bound) => bound / size);
  const upper = constraints.upper.map((bound, i) => uncrossed(lower[i], bound / size));
  const budget = budgetRange(constraints);
  const least = budget.lower / size;
  const kept = [
    { source: -1, scale: 1, lower: least, upper: uncrossed(least, budget.upper / size) },
    ...limitedRows(constraints, size, lower, upper),
  ];
  const coefficients = new Float64Array(kept.length * n).fill(1, 0, n);
  for (const [r, { source, scale }] of kept.entries()) {
    const row = constraints.rows[source];
    for (let k = 0; k < (row?.assets.length ?? 0); k++) {
      coefficients[r * n + row.assets[k]] = row.coefficients[k] / scale;
    }
  }
  return {
    size,
    assetCount: n,
    rowCount: kept.length,
    lower,
    upper,
    coefficients,
    rowLower: Float64Array.from(kept, (row) => row.lower),
    rowUpper: Float64Array.from(kept, (row) => row.upper),
    rowScale: Float64Array.from(kept, (row) => row.scale),
    rowSource: Int32Array.from(kept, (row) => row.source),
  };
}

function uncrossed(lower: number, upper: number): number {
  return upper < lower && upper >= lower - FEASIBILITY_TOLERANCE ? lower : upper;
}

/** Scales the rows, leaving out limits that the bounds of their assets imply. */
function limitedRows(
  { rows }: WeightConstraints,
  size: number,
  lower: Float64Array,
  upper: Float64Array,
) {
  return rows.flatMap((row, source) => {
    const scale = rowSize(row);
    const least = row.lower / scale / size;
    const most = uncrossed(least, row.upper / scale / size);
    if (least === most) {
      return [{ source, scale, lower: least, upper: most }];
    }
    const range = attainableRange(row, lower, upper);
    const lowerLimit = least <= range.lower / scale ? Number.NEGATIVE_INFINITY : least;
    const upperLimit = most >= range.upper / scale ? Number.POSITIVE_INFINITY : most;
    const isLimited = Number.isFinite(lowerLimit) || Number.isFinite(upperLimit);
    return isLimited ? [{ source, scale, lower: lowerLimit, upper: upperLimit }] : [];
  });
}

/**
 * Finds the largest magnitude among the bounds of assets and the budget. Limits of rows count
 * only when all of those are 0.
 *
 * @returns A positive size; 1 when everything is 0.
 */
export function constraintSize(constraints: WeightConstraints): number {
  const { lower, upper, rows } = constraints;
  const budget = budgetRange(constraints);
  let size = Math.max(Math.abs(budget.lower), Math.abs(budget.upper));
  for (let i = 0; i < lower.length; i++) {
    size = Math.max(size, Math.abs(lower[i]), Math.abs(upper[i]));
  }
  return size > 0 ? size : largestRowLimit(rows);
}

function largestRowLimit(rows: readonly LinearRow[]): number {
  const limits = rows.flatMap((row) => [row.lower / rowSize(row), row.upper / rowSize(row)]);
  return Math.max(...limits.filter(Number.isFinite).map(Math.abs), 0) || 1;
}

/**
 * Writes constraints as every solver core takes them, in units of weight.
 *
 * Row 0 is the budget, row 1 + k the constraints' row k.
 *
 * @throws {ArgumentError} A constraint makes no sense by itself.
 */
export function linearSystem(constraints: WeightConstraints): LinearSystem {
  checkConstraints(constraints);
  const n = constraints.lower.length;
  const limits = [budgetRange(constraints), ...constraints.rows];
  const values = new Float64Array(limits.length * n).fill(1, 0, n);
  for (const [r, { assets, coefficients }] of constraints.rows.entries()) {
    for (let k = 0; k < assets.length; k++) {
      values[(r + 1) * n + assets[k]] = coefficients[k];
    }
  }
  return {
    lower: Float64Array.from(constraints.lower),
    upper: Float64Array.from(constraints.upper),
    rows: { rows: limits.length, cols: n, values },
    rowLower: Float64Array.from(limits, ({ lower }) => lower),
    rowUpper: Float64Array.from(limits, ({ upper }) => upper),
  };
}
