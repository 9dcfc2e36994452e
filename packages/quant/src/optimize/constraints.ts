import { ArgumentError } from "../errors.ts";

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
  /** Sum of all weights. */
  readonly budget: number;
  readonly groups: readonly GroupBound[];
}

/** Limits on the sum of some assets' weights. */
export interface GroupBound {
  readonly name: string;
  /** Indices of assets, distinct. */
  readonly members: readonly number[];
  /** Smallest sum, or -Infinity for none. */
  readonly lower: number;
  /** Largest sum, or Infinity for none. */
  readonly upper: number;
}

/** Points at one constraint: `asset` and `group` are indices. */
export type ConstraintRef =
  | { readonly type: "lower" | "upper"; readonly asset: number }
  | { readonly type: "group-lower" | "group-upper"; readonly group: number }
  | { readonly type: "budget" };

/**
 * Constraints as rows and a box, rowLower ≤ A·w ≤ rowUpper and lower ≤ w ≤ upper, in a unit in
 * which the largest limit is 1.
 *
 * Row 0 is the budget. A group's limit that its members keep to by themselves is infinite, and
 * groups without a finite limit have no row.
 */
export interface ConstraintSystem {
  /** Unit of the limits: weight over scaled weight. */
  readonly size: number;
  readonly assetCount: number;
  readonly rowCount: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The matrix A of zeros and ones, row-major, shape (rowCount, assetCount). */
  readonly coefficients: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  /** Index of each row's group; -1 for the budget. */
  readonly rowGroup: Int32Array;
}

/**
 * Checks that constraints make sense by themselves. They may still contradict each other.
 *
 * @throws {ArgumentError} There is no asset, lengths differ, a bound of an asset or the
 *   budget is not finite, a group's limit is NaN or infinite on the wrong side, or a group
 *   names an asset twice or one that does not exist.
 */
export function checkConstraints({ lower, upper, budget, groups }: WeightConstraints): void {
  if (lower.length === 0) {
    throw new ArgumentError("constraints need at least 1 asset");
  }
  if (lower.length !== upper.length) {
    throw new ArgumentError(`there are ${lower.length} lower and ${upper.length} upper bounds`);
  }
  if (!Number.isFinite(budget)) {
    throw new ArgumentError(`the budget is ${budget}, not a finite number`);
  }
  for (let i = 0; i < lower.length; i++) {
    if (!(Number.isFinite(lower[i]) && Number.isFinite(upper[i]))) {
      throw new ArgumentError(`bounds of asset ${i} are ${lower[i]} and ${upper[i]}, not finite`);
    }
  }
  for (const group of groups) {
    checkGroup(group, lower.length);
  }
}

function checkGroup({ name, members, lower, upper }: GroupBound, assetCount: number): void {
  if (!(lower < Number.POSITIVE_INFINITY && upper > Number.NEGATIVE_INFINITY)) {
    throw new ArgumentError(`limits of group ${name} are ${lower} and ${upper}`);
  }
  const seen = new Set<number>();
  for (const member of members) {
    if (!(Number.isInteger(member) && member >= 0 && member < assetCount)) {
      throw new ArgumentError(`group ${name} names asset ${member} of ${assetCount}`);
    }
    if (seen.has(member)) {
      throw new ArgumentError(`group ${name} names asset ${member} twice`);
    }
    seen.add(member);
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
  const { budget, groups } = constraints;
  const assetCount = constraints.lower.length;
  const size = constraintSize(constraints);
  const lower = constraints.lower.map((bound) => bound / size);
  const upper = constraints.upper.map((bound, i) => uncrossed(lower[i], bound / size));
  const limits = groups.map((group) => groupLimits(group, size, lower, upper));
  const limited = [...groups.keys()].filter((k) => limits[k].some(Number.isFinite));
  const rowCount = 1 + limited.length;
  const coefficients = new Float64Array(rowCount * assetCount).fill(1, 0, assetCount);
  for (const [k, group] of limited.entries()) {
    for (const member of groups[group].members) {
      coefficients[(k + 1) * assetCount + member] = 1;
    }
  }
  return {
    size,
    assetCount,
    rowCount,
    lower,
    upper,
    coefficients,
    rowLower: Float64Array.from([budget / size, ...limited.map((k) => limits[k][0])]),
    rowUpper: Float64Array.from([budget / size, ...limited.map((k) => limits[k][1])]),
    rowGroup: Int32Array.from([-1, ...limited]),
  };
}

function uncrossed(lower: number, upper: number): number {
  return upper < lower && upper >= lower - FEASIBILITY_TOLERANCE ? lower : upper;
}

/** Scales the limits of a group, leaving out those that its members' bounds imply. */
function groupLimits(
  group: GroupBound,
  size: number,
  lower: Float64Array,
  upper: Float64Array,
): readonly [number, number] {
  const least = group.lower / size;
  const most = uncrossed(least, group.upper / size);
  if (least === most) {
    return [least, most];
  }
  let lowest = 0;
  let highest = 0;
  for (const member of group.members) {
    lowest += lower[member];
    highest += upper[member];
  }
  return [
    least <= lowest ? Number.NEGATIVE_INFINITY : least,
    most >= highest ? Number.POSITIVE_INFINITY : most,
  ];
}

/**
 * Finds the largest magnitude among the bounds of assets and the budget. Limits of groups count
 * only when all of those are 0.
 *
 * @returns A positive size; 1 when everything is 0.
 */
export function constraintSize({ lower, upper, budget, groups }: WeightConstraints): number {
  let size = Math.abs(budget);
  for (let i = 0; i < lower.length; i++) {
    size = Math.max(size, Math.abs(lower[i]), Math.abs(upper[i]));
  }
  return size > 0 ? size : largestGroupLimit(groups);
}

function largestGroupLimit(groups: readonly GroupBound[]): number {
  const limits = groups.flatMap(({ lower, upper }) => [lower, upper]).filter(Number.isFinite);
  return Math.max(...limits.map(Math.abs), 0) || 1;
}
