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
 * Constraints as rows and a box: rowLower ≤ A·w ≤ rowUpper, lower ≤ w ≤ upper.
 *
 * Row 0 is the budget. Groups without a finite limit have no row.
 */
export interface ConstraintSystem {
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

/**
 * Writes constraints as rows and a box, every number divided by `size`.
 *
 * @param constraints - Checked constraints whose bounds do not cross.
 * @param size - Positive scale, such as `constraintSize`.
 */
export function constraintSystem(constraints: WeightConstraints, size: number): ConstraintSystem {
  const { lower, upper, budget, groups } = constraints;
  const assetCount = lower.length;
  const limited = [...groups.entries()].filter(
    ([, group]) => Number.isFinite(group.lower) || Number.isFinite(group.upper),
  );
  const rowCount = 1 + limited.length;
  const coefficients = new Float64Array(rowCount * assetCount).fill(1, 0, assetCount);
  for (const [k, [, { members }]] of limited.entries()) {
    for (const member of members) {
      coefficients[(k + 1) * assetCount + member] = 1;
    }
  }
  return {
    assetCount,
    rowCount,
    lower: lower.map((bound) => bound / size),
    // Bounds that cross by rounding only are equal.
    upper: upper.map((bound, i) => Math.max(lower[i], bound) / size),
    coefficients,
    rowLower: Float64Array.from([budget, ...limited.map(([, g]) => g.lower)], (x) => x / size),
    rowUpper: Float64Array.from(
      [budget, ...limited.map(([, g]) => Math.max(g.lower, g.upper))],
      (x) => x / size,
    ),
    rowGroup: Int32Array.from([-1, ...limited.map(([index]) => index)]),
  };
}

/** Finds the largest magnitude among the finite limits, or 1 when all are 0. */
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
