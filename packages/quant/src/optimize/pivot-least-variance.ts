import { choleskyFactor, choleskySolve } from "../linalg/cholesky.ts";
import { dot, type Matrix, principalSubmatrix } from "../linalg/matrix.ts";
import { addWeightedRows } from "../linalg/weighted-rows.ts";
import type { WeightConstraints } from "./constraints.ts";

// Rounds without progress until it is given up.
const IDLE_ROUNDS_MAX = 3;
const ROUNDS_MAX = 30;
// What rounding may leave of the gradient among free assets, relative to its largest entry.
const STATIONARITY = 1e-13;
// What rounding may leave of the sum of the weights, relative to the largest of them.
const FEASIBILITY = 1e-12;
// A smaller multiplier of the wrong sign is rounding.
const SIGN_TOLERANCE = 1e-13;
const AT_LOWER = -1;

/** The portfolio of least variance and what proves it. */
export interface PivotOptimum {
  /** Length n. */
  readonly weights: Float64Array;
  /** w'Σw. */
  readonly variance: number;
  /** Multipliers of the bounds, z = Σw − ν, length n; 0 on free assets. */
  readonly prices: Float64Array;
  /** Largest entry of Σw. */
  readonly steepness: number;
  /** Systems that were solved. */
  readonly rounds: number;
  /** Assets off their bounds, on which Σ is definite. */
  readonly free: readonly number[];
}

/** A fixed sum, bounds, and no other row. */
export interface BoxProblem {
  readonly covariance: Matrix;
  readonly constraints: Pick<WeightConstraints, "lower" | "upper">;
  readonly budget: number;
}

/**
 * Finds the portfolio of least variance by principal pivots: of a guess which assets are off their
 * bounds, the weights follow; all that break a bound go to it, and all whose multiplier has the wrong
 * sign come off it, until none does.
 *
 * What is found depends only on the assets that are free in the end, not on the guess.
 *
 * @param problem - Checked.
 * @param first - Assets that are free at first, at least one.
 * @returns Nothing where that does not come to an end or rounding would show: where Σ is singular on
 *   the free assets, or no weights keep to the limits.
 * @see Kostreva (1978), "Block pivot methods for solving the complementarity problem",
 *   Linear Algebra and its Applications 21
 */
export function pivotLeastVariance(
  problem: BoxProblem,
  first: readonly number[],
): PivotOptimum | undefined {
  const { lower, upper } = problem.constraints;
  const side = new Int8Array(lower.length).fill(AT_LOWER);
  for (const asset of first) {
    side[asset] = lower[asset] < upper[asset] ? 0 : AT_LOWER;
  }
  let fewest = Number.POSITIVE_INFINITY;
  let idle = 0;
  for (let round = 1; round <= ROUNDS_MAX && idle <= IDLE_ROUNDS_MAX; round++) {
    const face = solveFace(problem, side);
    if (face === undefined) {
      return undefined;
    }
    const wrong = pivot(face, problem.constraints, side);
    if (wrong === 0) {
      return provenOptimum(face, problem.budget, round);
    }
    idle = wrong < fewest ? 0 : idle + 1;
    fewest = Math.min(fewest, wrong);
  }
  return undefined;
}

function provenOptimum(face: Face, budget: number, rounds: number): PivotOptimum | undefined {
  const { weights, gradient, error, steepness } = face;
  const size = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), Math.abs(budget));
  const isInvested = Math.abs(sum(weights) - budget) <= FEASIBILITY * size;
  return isInvested && error <= STATIONARITY * steepness
    ? { ...face, variance: dot(weights, gradient), rounds }
    : undefined;
}

type Face = NonNullable<ReturnType<typeof solveFace>>;

/** Minimizes over the free assets, the others at their bounds; nothing where Σ is singular there. */
function solveFace({ covariance, constraints, budget }: BoxProblem, side: Int8Array) {
  const { lower, upper } = constraints;
  const items = [...side.keys()];
  const free = items.filter((i) => side[i] === 0);
  const factor = free.length > 0 ? choleskyFactor(principalSubmatrix(covariance, free)) : undefined;
  if (factor === undefined) {
    return undefined;
  }
  const weights = Float64Array.from(side, (at, i) => (at === 0 ? 0 : at < 0 ? lower[i] : upper[i]));
  const gradient = new Float64Array(side.length);
  const held = items.filter((i) => weights[i] !== 0);
  addWeightedRows(covariance.values, Int32Array.from(held), weights, gradient);
  const ofBudget = choleskySolve(factor, new Float64Array(free.length).fill(1));
  const ofHeld = choleskySolve(
    factor,
    Float64Array.from(free, (i) => -gradient[i]),
  );
  const price = (budget - sum(weights) - sum(ofHeld)) / sum(ofBudget);
  for (let a = 0; a < free.length; a++) {
    weights[free[a]] = ofHeld[a] + price * ofBudget[a];
  }
  addWeightedRows(covariance.values, Int32Array.from(free), weights, gradient);
  return { weights, gradient, free, ...measure(gradient, side, price) };
}

/** Splits the gradient in multipliers of the bounds and what rounding leaves on free assets. */
function measure(gradient: Float64Array, side: Int8Array, price: number) {
  const prices = new Float64Array(gradient.length);
  let steepness = 0;
  let error = 0;
  for (let i = 0; i < gradient.length; i++) {
    const apart = gradient[i] - price;
    steepness = Math.max(steepness, Math.abs(gradient[i]));
    if (side[i] === 0) {
      error = Math.max(error, Math.abs(apart));
    } else {
      prices[i] = apart;
    }
  }
  return { prices, steepness, error };
}

/** Moves the assets that are wrong where they are. Returns how many. */
function pivot(
  { weights, prices, steepness }: Face,
  { lower, upper }: BoxProblem["constraints"],
  side: Int8Array,
): number {
  const least = SIGN_TOLERANCE * steepness;
  let count = 0;
  for (let i = 0; i < side.length; i++) {
    const before = side[i];
    if (before === 0) {
      side[i] = Number(weights[i] > upper[i]) - Number(weights[i] < lower[i]);
    } else if (before * prices[i] > least && lower[i] < upper[i]) {
      side[i] = 0;
    }
    count += Number(side[i] !== before);
  }
  return count;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    total += values[i];
  }
  return total;
}
