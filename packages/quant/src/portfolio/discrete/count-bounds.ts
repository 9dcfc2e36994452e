import type { TermLimit } from "../../convex/program.ts";
import type { Activity, CountLimit } from "../../optimize/integer/integer-program.ts";
import { ACTIVE, UNDECIDED } from "../../optimize/integer/search-node.ts";

/** Where weights may lie: bounds of each asset, length n, and the highest sum of all. */
export interface WeightBox {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly total: number;
}

// A reach below this fraction of the total says nothing about whether an asset is active.
const REACH_MIN = 1e-9;

/**
 * Bounds what counts allow undecided assets together by convex limits.
 *
 * An asset that may move at most mᵢ from its center is active at least to the share |xᵢ − cᵢ|/mᵢ, so
 * that the shares of undecided assets sum to at most what the count leaves. One that is active at
 * ℓᵢ or more is so at most to xᵢ/ℓᵢ, which bounds the fewest. Limits that the total implies are left out.
 */
export function countBounds(activity: Activity, choices: Int8Array, box: WeightBox): TermLimit[] {
  return activity.counts.flatMap((count) => [
    ...mostBound(activity, count, choices, box),
    ...leastBound(activity, count, choices, box),
  ]);
}

function mostBound(
  { center }: Activity,
  { members, most }: CountLimit,
  choices: Int8Array,
  { lower, upper, total }: WeightBox,
): TermLimit[] {
  const open = members.filter((i) => choices[i] === UNDECIDED);
  const room = most - members.filter((i) => choices[i] >= ACTIVE).length;
  if (open.length <= room) {
    return [];
  }
  const above = new Float64Array(center.length);
  const below = new Float64Array(center.length);
  for (const i of open) {
    above[i] = inverseReach(upper[i] - center[i], total);
    // Where nothing can be below the center, the share is linear.
    below[i] = lower[i] < center[i] ? inverseReach(center[i] - lower[i], total) : -above[i];
  }
  const isPlain = lower.every((bound) => bound >= 0) && center.every((value) => value === 0);
  const steepest = above.reduce((largest, value) => Math.max(largest, value), 0);
  return isPlain && steepest * total <= room
    ? []
    : [{ term: { kind: "absolute", above, below, center }, limit: room }];
}

function inverseReach(reach: number, total: number): number {
  return reach > REACH_MIN * Math.abs(total) ? 1 / reach : 0;
}

function leastBound(
  { center, leastAbove }: Activity,
  { members, least }: CountLimit,
  choices: Int8Array,
  { lower }: WeightBox,
): TermLimit[] {
  const open = members.filter((i) => choices[i] === UNDECIDED);
  const missing = least - members.filter((i) => choices[i] >= ACTIVE).length;
  if (missing <= 0 || !open.every((i) => leastAbove[i] > 0 && lower[i] >= center[i])) {
    return [];
  }
  const above = new Float64Array(center.length);
  for (const i of open) {
    above[i] = -1 / leastAbove[i];
  }
  const below = above.map((value) => -value);
  return [{ term: { kind: "absolute", above, below, center }, limit: -missing }];
}
