import { ArgumentError } from "../errors.ts";
import { type Drawdown, maximumDrawdown } from "../risk/maximum-drawdown.ts";

/**
 * Computes the loss from the highest value so far at each time.
 *
 * @param growth - Value of the investment, length ≥ 1, checked as `maximumDrawdown` does.
 * @returns Fractions 0 … 1 of the peak, same length: 0 at a peak.
 * @throws {ArgumentError} The curve is empty, starts at 0, or has a negative or non-finite value.
 */
export function drawdownSeries(growth: Float64Array): Float64Array {
  maximumDrawdown(growth);
  const depths = new Float64Array(growth.length);
  let peak = growth[0];
  for (let t = 0; t < growth.length; t++) {
    peak = Math.max(peak, growth[t]);
    depths[t] = 1 - growth[t] / peak;
  }
  return depths;
}

/**
 * Finds the deepest drawdowns that do not overlap.
 *
 * A drawdown lasts from a peak to the first time that the peak's value is reached again, or to the
 * end. The trough is the first lowest point between.
 *
 * @param growth - Value of the investment, length ≥ 1, positive up to a final loss of everything.
 * @param count - How many to return at most, at least 1.
 * @returns Deepest first, of equally deep ones the earlier first; empty if the curve never falls.
 * @throws {ArgumentError} The curve is not valid, or the count is not a positive integer.
 */
export function worstDrawdowns(growth: Float64Array, count: number): readonly Drawdown[] {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new ArgumentError(`the number of drawdowns is ${count}, not a positive integer`);
  }
  return everyDrawdown(growth, drawdownSeries(growth))
    .sort((a, b) => b.depth - a.depth || a.peakIndex - b.peakIndex)
    .slice(0, count);
}

function everyDrawdown(growth: Float64Array, depths: Float64Array): Drawdown[] {
  const found: Drawdown[] = [];
  let peakIndex = 0;
  let troughIndex = 0;
  for (let t = 1; t < growth.length; t++) {
    if (growth[t] < growth[peakIndex]) {
      troughIndex = troughIndex <= peakIndex || depths[t] > depths[troughIndex] ? t : troughIndex;
      continue;
    }
    if (troughIndex > peakIndex) {
      found.push({ depth: depths[troughIndex], peakIndex, troughIndex, recoveryIndex: t });
    }
    peakIndex = t;
  }
  if (troughIndex > peakIndex) {
    found.push({ depth: depths[troughIndex], peakIndex, troughIndex, recoveryIndex: undefined });
  }
  return found;
}
