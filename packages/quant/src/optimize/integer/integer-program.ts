import { ArgumentError } from "../../errors.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import type { WorkingSet } from "../active-set/quadratic-program.ts";
import type { Certificate, LinearSystem, Multipliers } from "../linear-system.ts";

/** Limits on how many of some assets are active, ends included. */
export interface CountLimit {
  /** Indices of assets, distinct. */
  readonly members: readonly number[];
  readonly least: number;
  readonly most: number;
}

/**
 * What it means for an asset to be active: its value is not at its center, and then at least so
 * far from it.
 *
 * With 0 as the center, active assets are those held: cardinality and buy-in thresholds. With the
 * holdings as the center they are those traded: numbers and sizes of trades.
 */
export interface Activity {
  /** Finite, length n. */
  readonly center: Float64Array;
  /** Least distance above the center, not negative, length n. */
  readonly leastAbove: Float64Array;
  /** Least distance below the center, not negative, length n. */
  readonly leastBelow: Float64Array;
  readonly counts: readonly CountLimit[];
  /**
   * Row of the system that must not be negative where an asset is active above its center, and is
   * not limited where it is not; -1 for none. For least distances that depend on other variables.
   */
  readonly rowsWhenActive?: Int32Array;
}

/** Minimizes ½x'Hx + c'x over a linear system with all-or-nothing choices. */
export interface IntegerProgram {
  /** The matrix H, symmetric, positive semidefinite. */
  readonly matrix: Matrix;
  /** The vector c, length n. */
  readonly linear: Float64Array;
  readonly system: LinearSystem;
  /** The first one that has a count sets the bounds' strength. */
  readonly activities: readonly Activity[];
  /** Unit of which each x is a whole multiple, or 0 for any value; length n. */
  readonly lots?: Float64Array;
}

/** When to be content with an answer. */
export interface SearchLimits {
  /** Objective minus bound, relative to the objective, that counts as optimal. (Default: 1e-9) */
  readonly gap?: number;
  /** Asked before each node; the search ends when it says so. */
  readonly shouldStop?: () => boolean;
  /** Most relaxations to solve. (Default: 1,000,000) */
  readonly nodeLimit?: number;
}

/** What became of an integer program. */
export type IntegerProgramResult =
  | IntegerProgramSolution
  | { readonly status: "infeasible"; readonly nodes: number }
  /** Ended, or lost to rounding, before anything feasible was found. */
  | { readonly status: "unknown"; readonly nodes: number };

/** The best point found, with a bound on how much better any other can be. */
export interface IntegerProgramSolution {
  /** `optimal` when the gap is within the limit, `stopped` when the search was ended before. */
  readonly status: "optimal" | "stopped";
  readonly x: Float64Array;
  /** Bounds that the choices leave, length n. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly objective: number;
  /** No feasible point has an objective below this. */
  readonly bound: number;
  /** Objective minus bound over the size of the objective; 0 when it is proven. */
  readonly gap: number;
  /** Relaxations solved. */
  readonly nodes: number;
  /** Shadow prices with the choices made: which assets are active, on which side, in what lots. */
  readonly multipliers: Multipliers;
  /** Of the program with the choices made; its gap is the search's. */
  readonly certificate: Certificate;
  readonly workingSet: WorkingSet;
}

/**
 * Checks the all-or-nothing part of a program.
 *
 * @throws {ArgumentError} Lengths differ, a number is negative or not finite, a count names an
 *   asset twice or one that does not exist, or lots are given for a variable without bounds.
 */
export function checkChoices({ linear, system, activities, lots }: IntegerProgram): void {
  const n = linear.length;
  for (const activity of activities) {
    checkActivity(activity, n);
  }
  if (lots !== undefined && lots.length !== n) {
    throw new ArgumentError(`there are ${lots.length} lots for ${n} variables`);
  }
  for (const [i, lot] of (lots ?? []).entries()) {
    if (!(lot >= 0 && lot < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`lot ${i} is ${lot}, not a finite number from 0`);
    }
    if (lot > 0 && !(Number.isFinite(system.lower[i]) && Number.isFinite(system.upper[i]))) {
      throw new ArgumentError(`variable ${i} has lots, but not two finite bounds`);
    }
  }
}

function checkActivity({ center, leastAbove, leastBelow, counts }: Activity, n: number): void {
  if (center.length !== n || leastAbove.length !== n || leastBelow.length !== n) {
    throw new ArgumentError(`an activity has ${center.length} centers for ${n} variables`);
  }
  for (let i = 0; i < n; i++) {
    const isKnown = Number.isFinite(center[i] + leastAbove[i] + leastBelow[i]);
    if (!isKnown || leastAbove[i] < 0 || leastBelow[i] < 0) {
      throw new ArgumentError(
        `activity ${i} is ${leastAbove[i]} above or ${leastBelow[i]} below ${center[i]}`,
      );
    }
  }
  for (const count of counts) {
    checkCount(count, n);
  }
}

/** Gives the lower limits of rows under choices: those of active assets must not be negative. */
export function rowLowerUnder(
  { rowsWhenActive }: Activity,
  rowLower: Float64Array,
  isActive: (asset: number) => boolean,
): Float64Array {
  const lower = Float64Array.from(rowLower);
  for (const [i, row] of (rowsWhenActive ?? []).entries()) {
    if (row >= 0) {
      lower[row] = isActive(i) ? 0 : Number.NEGATIVE_INFINITY;
    }
  }
  return lower;
}

function checkCount({ members, least, most }: CountLimit, n: number): void {
  const isSound = members.every((i) => Number.isInteger(i) && i >= 0 && i < n);
  if (!isSound || new Set(members).size < members.length) {
    throw new ArgumentError(`a count names assets ${members.join(", ")} of ${n}`);
  }
  if (Number.isNaN(least) || Number.isNaN(most)) {
    throw new ArgumentError(`a count is from ${least} to ${most}`);
  }
}
