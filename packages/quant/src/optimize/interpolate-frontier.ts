import { ArgumentError } from "../errors.ts";
import type { EfficientFrontier } from "./frontier.ts";
import { type FrontierPoint, minimumVariance, pointAtReturn } from "./frontier-point.ts";

/**
 * Picks points evenly spaced in expected return, both ends included.
 *
 * @param count - How many, an integer ≥ 2.
 * @returns Points from the greatest expected return to the least variance. A frontier that is
 *   a single portfolio gives that one point only.
 * @throws {ArgumentError} The count is not an integer of at least 2.
 */
export function interpolateFrontier(
  frontier: EfficientFrontier,
  count: number,
): readonly FrontierPoint[] {
  if (!(Number.isInteger(count) && count >= 2)) {
    throw new ArgumentError(`${count} points asked for, not an integer of at least 2`);
  }
  const { turningPoints } = frontier;
  const highest = turningPoints[0].expectedReturn;
  const lowest = turningPoints[turningPoints.length - 1].expectedReturn;
  if (turningPoints.length === 1) {
    return [minimumVariance(frontier)];
  }
  const points: FrontierPoint[] = [];
  for (let k = 0; k < count; k++) {
    const fraction = k / (count - 1);
    const point = pointAtReturn(frontier, highest * (1 - fraction) + lowest * fraction);
    if (point.status === "optimal") {
      points.push(point);
    }
  }
  points[points.length - 1] = minimumVariance(frontier);
  return points;
}
