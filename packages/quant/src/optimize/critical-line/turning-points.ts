import { ArgumentError } from "../../errors.ts";
import { dot, quadraticForm } from "../../linalg/matrix.ts";
import type { MeanVarianceProblem, TurningPoint } from "../frontier.ts";
import type { PathState } from "./path-state.ts";
import type { ScaledProblem } from "./scaled-problem.ts";

// Below this fraction of (Σσ|w|)² the variance is computed from Σ itself, not from the path.
const SMALL_VARIANCE = 1e-4;

// A weight this close to a bound, beside the largest limit, is at the bound.
const ROUNDING_OF_WEIGHT = 1e-14;
// A variance more negative than this fraction is no rounding.
const NEGATIVE_VARIANCE = -1e-9;
const ROUNDING_VARIANCE = 1e-6;
// Weights that differ by less than this fraction of the largest limit are the same point.
const REPEAT_TOLERANCE = 1e-13;
// A jump of the path by less than this fraction is rounding. The λ at its ends are told apart by
// this fraction of a typical λ.
const SMALLEST_JUMP = 1e-10;
const JUMP_IN_LAMBDA = 1e-15;

/** Copies the state's point in true units, inside its bounds to the last bit. */
export function turningPoint(
  { expectedReturns, covariance, constraints }: MeanVarianceProblem,
  scaled: ScaledProblem,
  state: PathState,
): TurningPoint {
  const { weightScale, lambdaScale, system } = scaled;
  const { varianceScale } = scaled.covariance;
  const { lower, upper } = constraints;
  const weights = new Float64Array(state.weights.length);
  for (let i = 0; i < weights.length; i++) {
    const w = state.weights[i];
    const atLower = state.side[i] < 0 || w - system.lower[i] <= ROUNDING_OF_WEIGHT;
    const atUpper = state.side[i] > 0 || system.upper[i] - w <= ROUNDING_OF_WEIGHT;
    weights[i] = atLower ? lower[i] : atUpper ? upper[i] : w * weightScale;
  }
  const exposure = state.exposure(state.weights);
  const pathVariance = dot(state.weights, state.risk);
  if (pathVariance < NEGATIVE_VARIANCE * Math.max(ROUNDING_VARIANCE, exposure * exposure)) {
    throw new ArgumentError("covariance is not positive semidefinite");
  }
  const variance =
    pathVariance > SMALL_VARIANCE * exposure * exposure && !state.isLifted
      ? pathVariance * varianceScale * weightScale * weightScale
      : Math.max(0, quadraticForm(covariance, weights));
  return {
    weights,
    expectedReturn: dot(expectedReturns, weights),
    variance,
    lambda: state.lambda * lambdaScale,
  };
}

/** Tells the ends of jumps apart and drops points at which nothing turns. */
export function tidyPoints(
  points: readonly TurningPoint[],
  scaled: ScaledProblem,
): readonly TurningPoint[] {
  return withoutRepeats(spreadJumps(points, scaled), REPEAT_TOLERANCE * scaled.weightScale);
}

/**
 * Gives the two ends of a jump λ that differ, and drops jumps too small to matter.
 *
 * The path jumps where only rounding decides between its ends: along a direction that Σ
 * hardly sees, both are optimal to all digits.
 */
function spreadJumps(
  points: readonly TurningPoint[],
  { weightScale, lambdaScale }: ScaledProblem,
): TurningPoint[] {
  const spread: TurningPoint[] = [];
  for (const point of points) {
    const before = spread[spread.length - 1];
    if (before === undefined || point.lambda < before.lambda) {
      spread.push(point);
      continue;
    }
    spread.pop();
    const ceiling = spread[spread.length - 1]?.lambda ?? Number.POSITIVE_INFINITY;
    const step = JUMP_IN_LAMBDA * Math.max(lambdaScale, point.lambda);
    const lambda = Math.min(point.lambda + step, (point.lambda + ceiling) / 2);
    const jump = largestChange(before.weights, point.weights);
    if (jump > SMALLEST_JUMP * weightScale && lambda > point.lambda && lambda < ceiling) {
      spread.push({ ...before, lambda });
    }
    spread.push(point);
  }
  return spread;
}

function largestChange(from: Float64Array, to: Float64Array): number {
  return from.reduce((largest, w, i) => Math.max(largest, Math.abs(w - to[i])), 0);
}

function isNear(x: Float64Array, y: Float64Array, tolerance: number): boolean {
  for (let i = 0; i < x.length; i++) {
    if (Math.abs(x[i] - y[i]) > tolerance) {
      return false;
    }
  }
  return true;
}

/**
 * Drops turning points at which the weights stand still: all but the last of a run at the
 * start, and the middle of any later run (a kink of the frontier keeps both of its λ).
 */
function withoutRepeats(points: readonly TurningPoint[], tolerance: number): TurningPoint[] {
  const same = (a: TurningPoint, b: TurningPoint | undefined) =>
    b !== undefined && isNear(a.weights, b.weights, tolerance);
  const first = points.findLastIndex((point) => same(point, points[0]));
  const rest = points.slice(Math.max(0, first));
  return rest.filter(
    (point, k) => k === 0 || !(same(point, rest[k - 1]) && same(point, rest[k + 1])),
  );
}
