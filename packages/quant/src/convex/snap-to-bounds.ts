import type { LinearSystem } from "../optimize/linear-system.ts";
import { systemViolation } from "./certify.ts";

// Weights this near to a bound, relative to the size of x, are meant to be on it.
const NEAR = 1e-10;
// What the rows may be violated by for that.
const VIOLATION_MAX = 1e-11;

/**
 * Moves weights that an interior method leaves just inside their bounds onto them, so that what is
 * not held is exactly 0. Leaves x as it is where the rows would notice.
 *
 * @param unit - Size of x.
 */
export function snapToBounds(system: LinearSystem, x: Float64Array, unit: number): Float64Array {
  const { lower, upper } = system;
  const snapped = x.map((value, i) => {
    if (Math.abs(value - lower[i]) <= NEAR * unit) {
      return lower[i];
    }
    return Math.abs(value - upper[i]) <= NEAR * unit ? upper[i] : value;
  });
  const before = systemViolation(system, x, unit);
  const after = systemViolation(system, snapped, unit);
  return after <= Math.max(before, VIOLATION_MAX) ? snapped : x;
}
