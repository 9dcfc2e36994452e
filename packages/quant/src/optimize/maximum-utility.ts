import { ArgumentError } from "../errors.ts";
import type { EfficientFrontier } from "./frontier.ts";
import { clamp, type FrontierPoint, pointOnSegment, segmentOf } from "./frontier-point.ts";

/**
 * Finds the portfolio of greatest quadratic utility, μ'w − (γ/2)·w'Σw.
 *
 * It is the point of the frontier with λ = 1/γ.
 *
 * @param riskAversion - γ ≥ 0. 0 gives the greatest expected return.
 * @throws {ArgumentError} γ is negative or not finite.
 */
export function maximumUtility(frontier: EfficientFrontier, riskAversion: number): FrontierPoint {
  if (!(riskAversion >= 0 && riskAversion < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`risk aversion is ${riskAversion}, not a finite number of at least 0`);
  }
  const { turningPoints } = frontier;
  const lambda = 1 / riskAversion;
  const index = segmentOf(turningPoints, (point) => point.lambda >= lambda);
  const from = turningPoints[index].lambda;
  const to = turningPoints[index + 1]?.lambda ?? from;
  return pointOnSegment(frontier, index, from > to ? clamp((from - lambda) / (from - to)) : 0);
}
