import { dot, multiplyVector, quadraticForm } from "../../linalg/matrix.ts";
import type { QuadraticProgram } from "../active-set/quadratic-program.ts";
import { solveQuadraticProgram } from "../active-set/solve-quadratic-program.ts";
import { constraintSize, linearSystem } from "../constraints.ts";
import type { EfficientFrontier, MeanVarianceProblem, TurningPoint } from "../frontier.ts";
import { provePoint } from "../point-certificate.ts";

// A point that misses optimality by less is good enough.
const SHARP_RESIDUAL = 3e-11;
// Each correction leaves what rounding takes from the one before.
const CORRECTIONS_MAX = 3;
// Entries of Σ over all points that are corrected, those of least risk first: about a second.
const WORK_MAX = 2e6;
// Curvature added to each step, as a share of the largest variance: what moves weights far is left.
const RIDGE = 1e-8;
// What is this close to a limit, beside the largest limit, stays there.
const AT_LIMIT = 1e-9;

/**
 * Corrects the points of a frontier that rounding has left beside the optimum.
 *
 * The step d from such a point w minimizes ½d'(Σ + ρI)d + (Σw − λμ)'d, iterative refinement. What is at a
 * limit stays at it, so that portfolios between two points, which share its working set, remain as
 * good; and ρ keeps d from going far along a direction that Σ hardly sees, for which all are as good.
 *
 * @param doubtful - Points that may miss optimality; the others are left as they are.
 * @returns Points of the same λ. Each is corrected only where that lowers the residuals at it and midway
 *   to its neighbors.
 */
export function polishPoints(
  frontier: EfficientFrontier,
  doubtful: ReadonlySet<TurningPoint>,
): EfficientFrontier {
  const { problem } = frontier;
  const turningPoints = [...frontier.turningPoints];
  let left = Math.floor(WORK_MAX / problem.covariance.values.length);
  for (let k = turningPoints.length - 1; k >= 0 && left > 0; k--) {
    if (doubtful.has(turningPoints[k])) {
      const neighbors = [turningPoints[k - 1], turningPoints[k + 1]];
      turningPoints[k] = polishPoint(problem, turningPoints[k], neighbors);
      left--;
    }
  }
  return { ...frontier, turningPoints };
}

function polishPoint(
  problem: MeanVarianceProblem,
  point: TurningPoint,
  neighbors: readonly (TurningPoint | undefined)[],
): TurningPoint {
  const worstAround = (at: TurningPoint) =>
    neighbors.reduce(
      (worst, other) =>
        other === undefined ? worst : Math.max(worst, residualOf(problem, midway(at, other))),
      residualOf(problem, at),
    );
  let best = point;
  let least = worstAround(point);
  for (let count = 0; count < CORRECTIONS_MAX && least > SHARP_RESIDUAL; count++) {
    const next = corrected(problem, best);
    const residual = next === undefined ? Number.POSITIVE_INFINITY : worstAround(next);
    if (next === undefined || !(residual < least)) {
      return best;
    }
    best = next;
    least = residual;
  }
  return best;
}

function midway(a: TurningPoint, b: TurningPoint) {
  return {
    weights: a.weights.map((w, i) => (w + b.weights[i]) / 2),
    lambda: (a.lambda + b.lambda) / 2,
  };
}

function residualOf(
  problem: MeanVarianceProblem,
  point: Pick<TurningPoint, "weights" | "lambda">,
): number {
  const { primalResidual, dualResidual } = provePoint(problem, point, 0).certificate;
  return Math.max(primalResidual, dualResidual);
}

function corrected(problem: MeanVarianceProblem, point: TurningPoint): TurningPoint | undefined {
  const { covariance, expectedReturns, constraints } = problem;
  const { weights, lambda } = point;
  const step = solveQuadraticProgram(stepProgram(problem, point));
  if (step.status !== "optimal") {
    return undefined;
  }
  const { lower, upper } = constraints;
  const moved = weights.map((w, i) => Math.min(upper[i], Math.max(lower[i], w + step.x[i])));
  return {
    weights: moved,
    lambda,
    expectedReturn: dot(expectedReturns, moved),
    variance: Math.max(0, quadraticForm(covariance, moved)),
  };
}

function stepProgram(
  { covariance, expectedReturns, constraints }: MeanVarianceProblem,
  { weights, lambda }: TurningPoint,
): QuadraticProgram {
  const n = weights.length;
  const { lower, upper, rows, rowLower, rowUpper } = linearSystem(constraints);
  const near = AT_LIMIT * constraintSize(constraints);
  const risk = multiplyVector(covariance, weights);
  const sums = multiplyVector(rows, weights);
  let variance = 0;
  for (let i = 0; i < n; i++) {
    variance = Math.max(variance, covariance.values[i * (n + 1)]);
  }
  const isHeld = weights.map((w, i) => Number(w - lower[i] <= near || upper[i] - w <= near));
  const room = (limit: number, i: number) => (isHeld[i] === 1 ? 0 : limit - weights[i]);
  return {
    quadratic: { matrix: covariance, diagonal: new Float64Array(n).fill(RIDGE * variance) },
    linear: risk.map((value, i) => value - lambda * expectedReturns[i]),
    system: {
      lower: lower.map(room),
      upper: upper.map(room),
      rows,
      rowLower: rowLower.map(
        (limit, r) => (rowUpper[r] - sums[r] <= near ? rowUpper[r] : limit) - sums[r],
      ),
      rowUpper: rowUpper.map(
        (limit, r) => (sums[r] - rowLower[r] <= near ? rowLower[r] : limit) - sums[r],
      ),
    },
  };
}
