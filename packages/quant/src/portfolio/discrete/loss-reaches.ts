import type { Matrix } from "../../linalg/matrix.ts";
import { quickselect } from "../../linalg/order-statistics.ts";
import type { WeightBox } from "./count-bounds.ts";

/**
 * Bounds by how much each scenario's loss can exceed one that at most `most` scenarios exceed.
 *
 * Of any most + 1 other scenarios one is not exceeding, so that the excess of scenario t is at most
 * the largest of max over w of lossₜ(w) − lossₛ(w) among those most + 1 scenarios s for which it is
 * least.
 *
 * @param returns - Shape (T, n).
 * @param box - Weights that are possible. Their sum lies between `least` and the box's total.
 * @returns Over 0, length T.
 * @see Luedtke (2014), "A branch-and-cut decomposition algorithm for solving chance-constrained
 *   mathematical programs with finite support", section 3, doi:10.1007/s10107-013-0684-6
 */
export function lossReaches(
  { rows, cols, values }: Matrix,
  most: number,
  box: WeightBox & { readonly least: number },
): Float64Array {
  const reaches = new Float64Array(rows);
  const gains = new Float64Array(rows);
  const gain = new Float64Array(cols);
  const size = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
  for (let t = 0; t < rows; t++) {
    for (let s = 0; s < rows; s++) {
      for (let i = 0; i < cols; i++) {
        gain[i] = values[s * cols + i] - values[t * cols + i];
      }
      gains[s] = s === t ? Number.POSITIVE_INFINITY : largestSum(gain, box);
    }
    const reach = quickselect(gains, Math.min(most, rows - 1));
    // A scenario that cannot exceed is left a reach, for it is divided by.
    reaches[t] = Math.max(reach, REACH_MIN * size);
  }
  return reaches;
}

const REACH_MIN = 1e-6;

/** Finds the largest loss of each scenario over all weights that are possible, length T. */
export function largestLosses(
  { rows, cols, values }: Matrix,
  box: WeightBox & { readonly least: number },
): Float64Array {
  return Float64Array.from({ length: rows }, (_, t) => {
    const losses = values.slice(t * cols, (t + 1) * cols).map((value) => -value);
    return largestSum(losses, box);
  });
}

/** Maximizes gain'w over a box and a range of the sum of w: the best first, as far as it goes. */
function largestSum(
  gain: Float64Array,
  { lower, upper, least, total }: WeightBox & { readonly least: number },
): number {
  let value = 0;
  let left = total;
  let owed = least;
  for (let i = 0; i < gain.length; i++) {
    value += gain[i] * lower[i];
    left -= lower[i];
    owed -= lower[i];
  }
  while (left > 0) {
    const i = bestOf(gain, lower, upper);
    // What has to be invested is, whether it gains or not.
    if (i < 0 || (gain[i] <= 0 && owed <= 0)) {
      break;
    }
    const room = Math.min(upper[i] - lower[i], gain[i] > 0 ? left : owed);
    value += gain[i] * room;
    left -= room;
    owed -= room;
    gain[i] = Number.NEGATIVE_INFINITY;
  }
  return value;
}

/** Finds the largest gain of what can move; -1 when nothing is left. */
function bestOf(gain: Float64Array, lower: Float64Array, upper: Float64Array): number {
  let best = -1;
  for (let i = 0; i < gain.length; i++) {
    const isOpen = gain[i] > Number.NEGATIVE_INFINITY && upper[i] > lower[i];
    if (isOpen && (best < 0 || gain[i] > gain[best])) {
      best = i;
    }
  }
  return best;
}
