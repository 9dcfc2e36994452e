import { ArgumentError } from "../errors.ts";
import { dot } from "../linalg/matrix.ts";
import { budgetRange } from "./constraints.ts";
import { traceFrontier } from "./critical-line/trace-frontier.ts";
import type { EfficientFrontier, TurningPoint } from "./frontier.ts";
import { type FrontierPoint, pointOnSegment } from "./frontier-point.ts";

/** The portfolio of greatest Sharpe ratio. */
export interface MaximumSharpePoint extends FrontierPoint {
  /**
   * Whether the portfolio earns more than the risk-free rate. If not, no portfolio does, and
   * this is the efficient one whose ratio is least negative.
   */
  readonly excessReturnIsPositive: boolean;
}

// Ratios closer than this fraction count as equal; the greater return then wins. A point of a
// segment closer than this to an end is the end.
const RATIO_TOLERANCE = 1e-12;

/**
 * Finds the efficient portfolio of greatest Sharpe ratio, (μ'w − r·Σᵢwᵢ) / √(w'Σw).
 *
 * Exact: on a segment the ratio is stationary where v = λ·e (variance v, excess return e),
 * and v − λ·e is linear between turning points. Money that is not invested, when the budget
 * is not 1, earns or costs the risk-free rate. A portfolio without variance and with a
 * positive excess return has an infinite ratio; without either, it is passed over for any
 * other of positive ratio. Where the budget is a range, the excess return is no longer a shifted
 * return, and a frontier of its own is traced: λ is then the weight of the excess return.
 *
 * @param riskFreeRate - r per period, in the unit of the expected returns.
 * @throws {ArgumentError} The rate is not finite.
 */
export function maximumSharpe(
  frontier: EfficientFrontier,
  riskFreeRate: number,
): MaximumSharpePoint {
  if (!Number.isFinite(riskFreeRate)) {
    throw new ArgumentError(`the risk-free rate is ${riskFreeRate}, not a finite number`);
  }
  const { lower, upper } = budgetRange(frontier.problem.constraints);
  return lower === upper || riskFreeRate === 0
    ? bestRatio(frontier, riskFreeRate * upper)
    : bestRatioOfExcess(frontier, riskFreeRate);
}

/** Finds the greatest ratio where the amount invested is a choice. */
function bestRatioOfExcess(frontier: EfficientFrontier, riskFreeRate: number): MaximumSharpePoint {
  const { problem } = frontier;
  const expectedReturns = problem.expectedReturns.map((value) => value - riskFreeRate);
  const result = traceFrontier({ ...problem, expectedReturns });
  const own = result.status === "optimal" ? result.frontier : frontier;
  const point = bestRatio(own, 0);
  return { ...point, expectedReturn: dot(problem.expectedReturns, point.weights) };
}

function bestRatio(frontier: EfficientFrontier, riskFreeReturn: number): MaximumSharpePoint {
  const { turningPoints } = frontier;
  const excessOf = (point: { readonly expectedReturn: number }) =>
    point.expectedReturn - riskFreeReturn;
  let best = 0;
  for (let k = 1; k < turningPoints.length; k++) {
    const [one, other] = [turningPoints[k], turningPoints[best]];
    best = exceeds(ratio(excessOf(one), one), ratio(excessOf(other), other)) ? k : best;
  }
  let point = pointOnSegment(frontier, best, 0);
  for (const k of [best - 1, best]) {
    const fraction = stationaryFraction(turningPoints[k], turningPoints[k + 1], excessOf);
    if (fraction !== undefined) {
      const inner = pointOnSegment(frontier, k, fraction);
      point = exceeds(ratio(excessOf(inner), inner), ratio(excessOf(point), point)) ? inner : point;
    }
  }
  return { ...point, excessReturnIsPositive: excessOf(point) > 0 };
}

/** Finds where v − λ·e vanishes between two turning points, if it does. */
function stationaryFraction(
  from: TurningPoint | undefined,
  to: TurningPoint | undefined,
  excessOf: (point: TurningPoint) => number,
): number | undefined {
  if (from === undefined || to === undefined) {
    return undefined;
  }
  const atFrom = from.variance - from.lambda * excessOf(from);
  const atTo = to.variance - to.lambda * excessOf(to);
  const fraction = atFrom / (atFrom - atTo);
  return fraction > RATIO_TOLERANCE && fraction < 1 - RATIO_TOLERANCE ? fraction : undefined;
}

function ratio(excess: number, { variance }: { readonly variance: number }): number {
  const volatility = Math.sqrt(variance);
  if (volatility === 0) {
    return excess === 0 ? 0 : excess * Number.POSITIVE_INFINITY;
  }
  return excess / volatility;
}

function exceeds(ratioOfOne: number, ratioOfOther: number): boolean {
  return Number.isFinite(ratioOfOther)
    ? ratioOfOne > ratioOfOther + RATIO_TOLERANCE * Math.abs(ratioOfOther)
    : ratioOfOne > ratioOfOther;
}
