import { ArgumentError } from "../../errors.ts";
import { dot, quadraticForm, requireCovariance, requireFinite } from "../../linalg/matrix.ts";
import { uniformSource } from "../../random/splitmix.ts";
import { findConflicts } from "../conflicts.ts";
import { checkConstraints } from "../constraints.ts";
import type { FrontierResult, MeanVarianceProblem, TurningPoint } from "../frontier.ts";
import { maximumReturnVertex } from "../starting-vertex.ts";
import { followPath } from "./follow-path.ts";
import type { PathState } from "./path-state.ts";
import { type ScaledProblem, scaleProblem } from "./scaled-problem.ts";
import { freezeEqualities, setObjective, stateAtVertex } from "./starting-state.ts";

const FACE_SEED = 1;
const PATH_SEED = 2;
const TILT_SEED = 3;
// A reduced cost below this fraction of the range of expected returns is a tie.
const TIE_TOLERANCE = 1e-11;
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

/**
 * Traces the whole efficient frontier exactly, by the critical line algorithm.
 *
 * The weights that minimize ½w'Σw − λμ'w under linear constraints are a piecewise linear
 * function of λ. The path starts at λ = ∞ with the portfolio of greatest expected return (of
 * several, the one of least variance) and ends at λ = 0 with the least variance (of several,
 * the one of greatest expected return). Between two turning points the weights are a
 * mixture of the two, with λ as the mixing variable.
 *
 * Departs from the paper in three ways: groups of assets have rows of their own; a singular
 * Σ is followed as it is, without a ridge; coinciding events are told apart by an
 * infinitesimal perturbation. Where Σ and μ together leave a choice (two assets that are
 * equal in both), the answer is deterministic but depends on the order of the assets.
 *
 * @param problem - Expected returns μ, length n, and covariance Σ, shape (n, n), of one period,
 *   with constraints on the weights. Σ must be symmetric positive semidefinite; definiteness is
 *   checked only along the path.
 * @param isEnough - Asked at each turning point, from the top down, whether what lies below it is
 *   not needed. The frontier then ends there, short of its least variance.
 * @returns The turning points, or the conflicts when no weights satisfy the constraints.
 * @throws {ArgumentError} Sizes differ, a number is not finite, or Σ is not positive
 *   semidefinite.
 * @throws {Error} The path has not ended after 200 events for each constraint.
 * @see Markowitz (1956), "The optimization of a quadratic function subject to linear
 *   constraints", doi:10.1002/nav.3800030110
 * @see Bailey & López de Prado (2013), "An Open-Source Implementation of the Critical-Line
 *   Algorithm for Portfolio Optimization", doi:10.3390/a6010169
 */
export function traceFrontier(
  problem: MeanVarianceProblem,
  isEnough: (point: TurningPoint) => boolean = () => false,
): FrontierResult {
  checkProblem(problem);
  const { expectedReturns, covariance, constraints } = problem;
  const scaled = scaleProblem(expectedReturns, covariance, constraints);
  const vertex = maximumReturnVertex(scaled.system, scaled.mean);
  if (vertex === undefined) {
    const names = Array.from(expectedReturns, (_, i) => `asset ${i}`);
    return { status: "infeasible", conflicts: findConflicts(constraints, names) };
  }
  const state = stateAtVertex(scaled, vertex);
  setObjective(state, scaled.mean);
  if (freezeFace(state)) {
    descendOnFace(state);
  }
  freezeEqualities(state);
  setObjective(state, scaled.mean);
  const points: TurningPoint[] = [];
  let isDone = false;
  const record = () => {
    const point = turningPoint(problem, scaled, state);
    points.push(point);
    isDone ||= isEnough(point);
  };
  const iterations = followPath(state, PATH_SEED, record, () => isDone);
  const pointTolerance = REPEAT_TOLERANCE * scaled.weightScale;
  return {
    status: "optimal",
    frontier: {
      turningPoints: withoutRepeats(spreadJumps(points, scaled), pointTolerance),
      problem,
      iterations,
    },
  };
}

function checkProblem({ expectedReturns, covariance, constraints }: MeanVarianceProblem): void {
  checkConstraints(constraints);
  const n = constraints.lower.length;
  if (expectedReturns.length !== n || covariance.rows !== n) {
    throw new ArgumentError(
      `there are ${expectedReturns.length} expected returns, ${covariance.rows} rows of ` +
        `covariance and bounds for ${n} assets`,
    );
  }
  requireFinite(expectedReturns, "expected returns");
  requireCovariance(covariance);
}

/**
 * Freezes the constraints that every portfolio of greatest return must meet.
 *
 * @returns Whether others remain: then several portfolios may have the greatest return.
 */
function freezeFace(state: PathState): boolean {
  const { assetCount: n, rowCount: m } = state.problem;
  const pull = new Float64Array(n);
  state.pull(state.multiplierSlope, pull);
  let open = false;
  for (let item = 0; item < n + m; item++) {
    if (state.side[item] === 0 || state.frozen[item] === 1) {
      continue;
    }
    const multiplier =
      item < n
        ? -state.side[item] * (pull[item] - state.mean[item])
        : state.side[item] * state.multiplierSlope[item - n];
    if (multiplier > TIE_TOLERANCE) {
      state.frozen[item] = 1;
    } else {
      open = true;
    }
  }
  return open;
}

/**
 * Moves to the least variance among the portfolios of greatest return.
 *
 * Any objective that only the present vertex maximizes will do: its path ends there.
 */
function descendOnFace(state: PathState): void {
  const { assetCount: n, rowCount: m } = state.problem;
  const uniform = uniformSource(TILT_SEED);
  const multipliers = new Float64Array(m);
  for (let r = 0; r < m; r++) {
    multipliers[r] = state.side[n + r] * (0.5 + uniform());
  }
  const tilt = new Float64Array(n);
  state.pull(multipliers, tilt);
  for (let i = 0; i < n; i++) {
    tilt[i] += state.side[i] * (0.5 + uniform());
  }
  setObjective(state, tilt);
  followPath(state, FACE_SEED, () => undefined);
}

/** Copies the state's point in true units, inside its bounds to the last bit. */
function turningPoint(
  { expectedReturns, covariance, constraints }: MeanVarianceProblem,
  scaled: ScaledProblem,
  state: PathState,
): TurningPoint {
  const { weightScale, varianceScale, lambdaScale, system } = scaled;
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
