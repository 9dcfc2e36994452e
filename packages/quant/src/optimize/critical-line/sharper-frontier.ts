import { dot, quadraticForm } from "../../linalg/matrix.ts";
import type { EfficientFrontier, MeanVarianceProblem, TurningPoint } from "../frontier.ts";
import { provePoint } from "../point-certificate.ts";
import { maximumReturnVertex } from "../starting-vertex.ts";
import { DenseCovariance } from "./dense-covariance.ts";
import { followExtended } from "./extended-path.ts";
import { polishPoints } from "./polish-points.ts";
import { type ScaledProblem, scaleProblem } from "./scaled-problem.ts";
import { tidyPoints } from "./turning-points.ts";

// So many assets and rows are solved for afresh at every event in a second at most.
const ITEMS_MAX = 72;
// A frontier whose points miss optimality by less is good enough.
const SHARP_RESIDUAL = 1e-11;
// Variance that is added to each asset, as a share of its own: the least that makes Σ definite.
const RIDGES: readonly number[] = [1e-15, 1e-14, 1e-13];

/**
 * Traces a frontier again with 31 digits where 16 have not been enough, if it is small. Of a large one
 * corrects the points.
 *
 * @param doubtful - The frontier traced with 16 digits, from a Σ that is nearly singular.
 * @param doubtfulPoints - Those of its points at which digits have been seen to lack.
 * @returns The better one of the two.
 */
export function sharperFrontier(
  doubtful: EfficientFrontier,
  doubtfulPoints: ReadonlySet<TurningPoint>,
  isEnough: (point: TurningPoint) => boolean,
): EfficientFrontier {
  const { problem } = doubtful;
  const { lower, rows } = problem.constraints;
  if (lower.length + rows.length > ITEMS_MAX) {
    return polishPoints(doubtful, doubtfulPoints);
  }
  let best = doubtful;
  let least = worstResidual(doubtful);
  for (const ridge of RIDGES) {
    if (least <= SHARP_RESIDUAL) {
      return best;
    }
    const frontier = traceExtended(problem, ridge, isEnough);
    const residual = frontier === undefined ? Number.POSITIVE_INFINITY : worstResidual(frontier);
    if (frontier !== undefined && residual < least) {
      best = frontier;
      least = residual;
    }
  }
  return best;
}

function worstResidual({ problem, turningPoints }: EfficientFrontier): number {
  let worst = 0;
  for (const point of turningPoints) {
    const { dualResidual, primalResidual } = provePoint(problem, point, 0).certificate;
    worst = Math.max(worst, dualResidual, primalResidual);
  }
  return worst;
}

function traceExtended(
  problem: MeanVarianceProblem,
  ridge: number,
  isEnough: (point: TurningPoint) => boolean,
): EfficientFrontier | undefined {
  const scaled = scaleProblem(problem, new DenseCovariance(problem.covariance));
  const vertex = maximumReturnVertex(scaled.system, scaled.mean);
  if (vertex === undefined) {
    return undefined;
  }
  const points: TurningPoint[] = [];
  const iterations = followExtended(scaled, vertex, ridge, (weights, lambda) => {
    const point = pointOf(problem, scaled, weights, lambda);
    points.push(point);
    return isEnough(point);
  });
  return iterations === undefined
    ? undefined
    : { turningPoints: tidyPoints(points, scaled), problem, iterations };
}

/** Gives a point in true units, inside its bounds. */
function pointOf(
  { expectedReturns, covariance, constraints }: MeanVarianceProblem,
  { weightScale, lambdaScale }: ScaledProblem,
  scaledWeights: Float64Array,
  lambda: number,
): TurningPoint {
  const { lower, upper } = constraints;
  const weights = scaledWeights.map((w, i) =>
    Math.min(upper[i], Math.max(lower[i], w * weightScale)),
  );
  return {
    weights,
    expectedReturn: dot(expectedReturns, weights),
    variance: Math.max(0, quadraticForm(covariance, weights)),
    lambda: lambda * lambdaScale,
  };
}
