import { multiplyVector } from "../../linalg/matrix.ts";
import type { IntegerProgram } from "../../optimize/integer/integer-program.ts";
import { fixLots, wholeLots } from "../../optimize/integer/whole-lots.ts";
import type { Bounds } from "./node-model.ts";

/**
 * Gives bounds that fix the whole lots that track weights best, as far as the covariance tells.
 *
 * @returns Nothing where there are no lots, or none that keep the rows are found.
 */
export function trackingLots(
  frame: IntegerProgram,
  bounds: Bounds,
  weights: Float64Array,
): Bounds | undefined {
  const { lots, matrix, system } = frame;
  if (lots === undefined) {
    return;
  }
  const linear = multiplyVector(matrix, weights).map((value) => -value);
  const whole = wholeLots({ ...frame, linear }, { ...system, ...bounds }, weights);
  return whole && fixLots(bounds, lots, whole);
}
