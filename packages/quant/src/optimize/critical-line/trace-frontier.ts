import { ArgumentError, RoundingError } from "../../errors.ts";
import { requireCovariance, requireFinite } from "../../linalg/matrix.ts";
import { uniformSource } from "../../random/splitmix.ts";
import { findConflicts } from "../conflicts.ts";
import { checkConstraints } from "../constraints.ts";
import type {
  EfficientFrontier,
  FrontierResult,
  MeanVarianceProblem,
  TurningPoint,
} from "../frontier.ts";
import { maximumReturnVertex, type Vertex } from "../starting-vertex.ts";
import { DenseCovariance } from "./dense-covariance.ts";
import { FactorCovariance } from "./factor-covariance.ts";
import { followPath } from "./follow-path.ts";
import { shortfallOf } from "./optimality.ts";
import type { PathState } from "./path-state.ts";
import { requireFactors } from "./require-factors.ts";
import type { ScaledCovariance } from "./scaled-covariance.ts";
import { type ScaledProblem, scaleProblem } from "./scaled-problem.ts";
import { sharperFrontier } from "./sharper-frontier.ts";
import { freezeEqualities, setObjective, stateAtVertex } from "./starting-state.ts";
import { tidyPoints, turningPoint } from "./turning-points.ts";

const FACE_SEED = 1;
const PATH_SEED = 2;
const TILT_SEED = 3;
const DETOUR_SEED = 4;
// Ways to go about a problem before it is given up.
const ATTEMPTS = 4;
// With fewer assets for each factor than this, the factors save nothing.
const ASSETS_PER_FACTOR = 8;
// Rows broken by more than this, beside the largest limit, are no rounding.
const VIOLATION_MAX = 1e-9;
// What a point may miss of its gradient: more and it should be looked at again, or is none.
const DOUBTFUL_SHORTFALL = 1e-11;
const SHORTFALL_MAX = 1e-10;
// A reduced cost below this fraction of the range of expected returns is a tie.
const TIE_TOLERANCE = 1e-11;

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
 * @throws {ArgumentError} Rounding defeats the constraints.
 * @see Markowitz (1956), "The optimization of a quadratic function subject to linear
 *   constraints", doi:10.1002/nav.3800030110
 * @see Bailey & López de Prado (2013), "An Open-Source Implementation of the Critical-Line
 *   Algorithm for Portfolio Optimization", doi:10.3390/a6010169
 */
export function traceFrontier(
  problem: MeanVarianceProblem,
  isEnough: (point: TurningPoint) => boolean = () => false,
): FrontierResult {
  const isSymmetric = checkProblem(problem);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const covariance = scaledCovariance(problem, attempt, isSymmetric);
    const result = attemptFrontier(problem, covariance, isEnough, attempt);
    if (result !== undefined) {
      return result;
    }
  }
  throw new ArgumentError(
    "rounding defeats these constraints: some rows nearly follow from others, or their " +
      "coefficients differ too much in size",
  );
}

/** Traces the frontier, or gives nothing where rounding has led the path astray. */
function attemptFrontier(
  problem: MeanVarianceProblem,
  covariance: ScaledCovariance,
  isEnough: (point: TurningPoint) => boolean,
  attempt: number,
): FrontierResult | undefined {
  const { expectedReturns, constraints } = problem;
  const scaled = scaleProblem(problem, covariance);
  const uniform = uniformSource(DETOUR_SEED + attempt);
  const detour = attempt === 0 ? undefined : scaled.mean.map(() => uniform() - 0.5);
  try {
    const vertex = maximumReturnVertex(scaled.system, scaled.mean, detour);
    if (vertex === undefined) {
      const names = Array.from(expectedReturns, (_, i) => `asset ${i}`);
      return { status: "infeasible", conflicts: findConflicts(constraints, names) };
    }
    const frontier = frontierFrom(vertex, scaled, problem, isEnough);
    return frontier.turningPoints.every(({ weights }) => isWithinRows(weights, scaled))
      ? { status: "optimal", frontier }
      : undefined;
  } catch (error) {
    if (error instanceof RoundingError) {
      return undefined;
    }
    throw error;
  }
}

/** Takes Σ through its factors if these are few; entry by entry once that has failed. */
function scaledCovariance(
  { covariance, factors }: MeanVarianceProblem,
  attempt: number,
  isSymmetric: boolean,
): ScaledCovariance {
  return factors !== undefined &&
    attempt === 0 &&
    factors.loadings.cols * ASSETS_PER_FACTOR <= covariance.rows
    ? new FactorCovariance(factors)
    : new DenseCovariance(covariance, isSymmetric);
}

/** Follows the path down from a vertex. */
function frontierFrom(
  vertex: Vertex,
  scaled: ScaledProblem,
  problem: MeanVarianceProblem,
  isEnough: (point: TurningPoint) => boolean,
): EfficientFrontier {
  const state = stateAtVertex(scaled, vertex);
  setObjective(state, scaled.mean);
  if (freezeFace(state)) {
    descendOnFace(state);
  }
  freezeEqualities(state);
  setObjective(state, scaled.mean);
  const points: TurningPoint[] = [];
  const doubtful = new Set<TurningPoint>();
  const pull = new Float64Array(scaled.assetCount);
  let isDone = false;
  const record = () => {
    const shortfall = shortfallOf(state, pull);
    state.isDoubtful ||= shortfall > DOUBTFUL_SHORTFALL;
    if (shortfall > SHORTFALL_MAX && scaled.covariance instanceof FactorCovariance) {
      throw new RoundingError("the factors leave too few digits of a nearly singular covariance");
    }
    const point = turningPoint(problem, scaled, state);
    points.push(point);
    if (shortfall > DOUBTFUL_SHORTFALL) {
      doubtful.add(point);
    }
    isDone ||= isEnough(point);
  };
  const iterations = followPath(state, PATH_SEED, record, () => isDone);
  const frontier = { turningPoints: tidyPoints(points, scaled), problem, iterations };
  return state.isDoubtful ? sharperFrontier(frontier, doubtful, isEnough) : frontier;
}

/** Says whether weights, which keep to their bounds, keep to the rows as well. */
function isWithinRows(weights: Float64Array, { system, weightScale }: ScaledProblem): boolean {
  const { coefficients, rowLower, rowUpper, rowCount, assetCount: n } = system;
  for (let r = 0; r < rowCount; r++) {
    let value = 0;
    for (let i = 0; i < n; i++) {
      value += coefficients[r * n + i] * weights[i];
    }
    const room = value / weightScale;
    if (!(room >= rowLower[r] - VIOLATION_MAX && room <= rowUpper[r] + VIOLATION_MAX)) {
      return false;
    }
  }
  return true;
}

/**
 * Checks a problem's shapes and numbers.
 *
 * @returns Whether Σ is known to be symmetric to the last bit.
 * @throws {ArgumentError} Sizes differ, a number is not finite, a bound is missing, or Σ cannot be a
 *   covariance.
 */
export function checkProblem({
  expectedReturns,
  covariance,
  factors,
  constraints,
}: MeanVarianceProblem): boolean {
  checkConstraints(constraints);
  const n = constraints.lower.length;
  if (expectedReturns.length !== n || covariance.rows !== n) {
    throw new ArgumentError(
      `there are ${expectedReturns.length} expected returns, ${covariance.rows} rows of ` +
        `covariance and bounds for ${n} assets`,
    );
  }
  requireFinite(expectedReturns, "expected returns");
  if (factors === undefined) {
    return requireCovariance(covariance);
  }
  requireFactors(factors, covariance);
  return false;
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
