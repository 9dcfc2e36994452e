import { dot, multiplyVector, quadraticForm } from "../linalg/matrix.ts";
import type { EfficientFrontier } from "./frontier.ts";

/** An efficient portfolio. Its figures are computed from its weights, not interpolated. */
export interface FrontierPoint {
  readonly status: "optimal";
  /** Weights as fractions, length n. */
  readonly weights: Float64Array;
  /** μ'w per period. */
  readonly expectedReturn: number;
  /** w'Σw per period, and its root. */
  readonly variance: number;
  readonly volatility: number;
  /** The λ for which the portfolio minimizes ½w'Σw − λμ'w. */
  readonly lambda: number;
}

/** What was asked for lies outside the efficient frontier, which spans these values. */
export interface OutOfRange {
  readonly status: "out-of-range";
  readonly minimum: number;
  readonly maximum: number;
}

// A target outside the frontier by less than this fraction of it counts as its end.
const END_TOLERANCE = 1e-10;

/**
 * Mixes two neighboring turning points.
 *
 * @param index - The first of the two; the last turning point stands alone.
 * @param fraction - 0 gives the first, 1 the second.
 */
export function pointOnSegment(
  { turningPoints, problem }: EfficientFrontier,
  index: number,
  fraction: number,
): FrontierPoint {
  const from = turningPoints[index];
  const to = turningPoints[Math.min(index + 1, turningPoints.length - 1)];
  const weights = from.weights.map((w, i) => w + fraction * (to.weights[i] - w));
  const variance =
    fraction === 0 ? from.variance : Math.max(0, quadraticForm(problem.covariance, weights));
  return {
    status: "optimal",
    weights,
    expectedReturn: dot(problem.expectedReturns, weights),
    variance,
    volatility: Math.sqrt(variance),
    lambda: from.lambda + fraction * (to.lambda - from.lambda),
  };
}

/**
 * Finds the efficient portfolio of a given expected return.
 *
 * @param expectedReturn - μ'w per period, from that of the least variance to the greatest.
 * @returns The portfolio, or the range that the frontier spans.
 */
export function pointAtReturn(
  frontier: EfficientFrontier,
  expectedReturn: number,
): FrontierPoint | OutOfRange {
  const { turningPoints } = frontier;
  const maximum = turningPoints[0].expectedReturn;
  const minimum = turningPoints[turningPoints.length - 1].expectedReturn;
  const target = withinRange(expectedReturn, minimum, maximum);
  if (target === undefined) {
    return { status: "out-of-range", minimum, maximum };
  }
  const index = segmentOf(turningPoints, ({ expectedReturn: value }) => value >= target);
  const from = turningPoints[index].expectedReturn;
  const to = turningPoints[index + 1]?.expectedReturn ?? from;
  return pointOnSegment(frontier, index, from > to ? clamp((from - target) / (from - to)) : 0);
}

/**
 * Finds the efficient portfolio of a given volatility.
 *
 * @param volatility - √(w'Σw) per period, from the least possible to that of the greatest
 *   return.
 * @returns The portfolio, or the range that the frontier spans.
 */
export function pointAtVolatility(
  frontier: EfficientFrontier,
  volatility: number,
): FrontierPoint | OutOfRange {
  const { turningPoints, problem } = frontier;
  const maximum = Math.sqrt(turningPoints[0].variance);
  const minimum = Math.sqrt(turningPoints[turningPoints.length - 1].variance);
  const target = withinRange(volatility, minimum, maximum);
  if (target === undefined) {
    return { status: "out-of-range", minimum, maximum };
  }
  const index = segmentOf(turningPoints, ({ variance }) => variance >= target * target);
  const from = turningPoints[index];
  const to = turningPoints[index + 1];
  if (to === undefined) {
    return pointOnSegment(frontier, index, 0);
  }
  const step = from.weights.map((w, i) => to.weights[i] - w);
  // v(f) = v₀ + 2bf + cf² falls all the way, so its first root is wanted.
  const riskOfStep = multiplyVector(problem.covariance, step);
  const curvature = dot(step, riskOfStep);
  const slope = dot(from.weights, riskOfStep);
  const excess = from.variance - target * target;
  const root = Math.sqrt(Math.max(0, slope * slope - curvature * excess));
  const fraction = root - slope > 0 ? excess / (root - slope) : 0;
  return pointOnSegment(frontier, index, clamp(fraction));
}

/** Finds the portfolio of least variance (of several, the one of greatest expected return). */
export function minimumVariance(frontier: EfficientFrontier): FrontierPoint {
  return pointOnSegment(frontier, frontier.turningPoints.length - 1, 0);
}

function withinRange(target: number, minimum: number, maximum: number): number | undefined {
  const slack = END_TOLERANCE * Math.max(Math.abs(minimum), Math.abs(maximum));
  if (!(target >= minimum - slack && target <= maximum + slack)) {
    return undefined;
  }
  return Math.min(maximum, Math.max(minimum, target));
}

/** Finds the last point that satisfies a condition that once false stays false. */
export function segmentOf<T>(points: readonly T[], reaches: (point: T) => boolean): number {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (reaches(points[middle])) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/** Brings a fraction into [0, 1]. */
export function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}
