import { ArgumentError } from "../errors.ts";

/** The deepest fall of a growth curve from a peak. Indices count from 0. */
export interface Drawdown {
  /** Loss from peak to trough as a fraction of the peak, 0 … 1. */
  readonly depth: number;
  readonly peakIndex: number;
  readonly troughIndex: number;
  /** First index after the trough at which the peak's value is reached again, if it is. */
  readonly recoveryIndex: number | undefined;
}

/**
 * Finds the deepest drawdown of a growth curve.
 *
 * @param growth - Value of the investment at each time, length ≥ 1, positive up to a final
 *   loss of everything (0 is allowed).
 * @returns The drawdown; of equally deep ones the first, and of equal peaks the last before
 *   the fall. A curve that never falls has depth 0 at index 0.
 * @throws {ArgumentError} The curve is empty, starts at 0, or has a negative or non-finite value.
 */
export function maximumDrawdown(growth: Float64Array): Drawdown {
  if (!(growth.length > 0 && growth[0] > 0)) {
    throw new ArgumentError("a drawdown needs a growth curve that starts above 0");
  }
  let depth = 0;
  let peakIndex = 0;
  let troughIndex = 0;
  let highest = 0;
  for (let t = 0; t < growth.length; t++) {
    if (!(growth[t] >= 0 && growth[t] < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`growth at ${t} is ${growth[t]}, not a finite number of at least 0`);
    }
    if (growth[t] >= growth[highest]) {
      highest = t;
    }
    const fall = 1 - growth[t] / growth[highest];
    if (fall > depth) {
      depth = fall;
      peakIndex = highest;
      troughIndex = t;
    }
  }
  return { depth, peakIndex, troughIndex, recoveryIndex: recovery(growth, peakIndex, troughIndex) };
}

function recovery(growth: Float64Array, peakIndex: number, troughIndex: number) {
  if (peakIndex === troughIndex) {
    return peakIndex;
  }
  const after = growth.findIndex((value, t) => t > troughIndex && value >= growth[peakIndex]);
  return after === -1 ? undefined : after;
}
