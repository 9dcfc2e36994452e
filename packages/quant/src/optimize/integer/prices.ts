import type { Activity } from "./integer-program.ts";
import type { RelaxedPoint } from "./relaxation.ts";
import { ACTIVE, UNDECIDED } from "./search-node.ts";

// Shares that add up to within this fraction of what a count leaves need no other price.
const CLOSE_ENOUGH = 0.02;
const LARGEST_FACTOR = 8;
// Stands in for the diagonal of an asset that has none, as a fraction of its variance.
const LEAST_DIAGONAL = 1e-3;

/**
 * Finds better prices for the counts: dearer where shares add up to more than a count leaves,
 * cheaper where to less. As shares fall with the root of the price, it follows their square.
 *
 * @param weights - √(dᵢ/2), or what stands in for it; length n.
 * @returns New prices; nothing when the old ones are close enough.
 */
export function nextPrices(
  activity: Activity,
  choices: Int8Array,
  point: RelaxedPoint,
  prices: Float64Array,
  weights: Float64Array,
): Float64Array | undefined {
  let next: Float64Array | undefined;
  for (const [g, { members, most }] of activity.counts.entries()) {
    let room = most;
    let share = 0;
    let weight = 0;
    for (const i of members) {
      room -= Number(choices[i] >= ACTIVE);
      if (choices[i] === UNDECIDED) {
        share += point.shares[i];
        weight += Math.abs(point.x[i] - activity.center[i]) * weights[i];
      }
    }
    const isClose = Math.abs(share - room) <= CLOSE_ENOUGH * room;
    if (room <= 0 || isClose || (share < room && prices[g] === 0)) {
      continue;
    }
    const factor = Math.min(LARGEST_FACTOR, Math.max(1 / LARGEST_FACTOR, (share / room) ** 2));
    next ??= Float64Array.from(prices);
    next[g] = prices[g] > 0 ? prices[g] * factor : (weight / room) ** 2;
  }
  return next;
}

/** Computes √(dᵢ/2), with a stand-in where there is no diagonal. */
export function priceWeights(diagonal: Float64Array, variances: Float64Array): Float64Array {
  return diagonal.map((entry, i) => Math.sqrt(Math.max(entry, LEAST_DIAGONAL * variances[i]) / 2));
}
