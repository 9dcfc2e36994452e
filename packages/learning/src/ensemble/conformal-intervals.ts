import { ArgumentError, quickselect } from "@portfolio/quant";

/**
 * Finds the radius of intervals that hold the next target with at least a given chance.
 *
 * The ⌈(n + 1)(1 − α)⌉-th smallest of the errors on observations that were not trained on. Exact for
 * observations that could come in any order; of time series, use `adaptiveRadii`.
 *
 * @param errors - |y − f|, or any score of how strange an observation is, length n ≥ 1.
 * @param level - α, the share of targets outside, in (0, 1).
 * @returns The radius; infinite where n is too small for the level.
 * @throws {ArgumentError} There is no error, one is NaN, or the level is not in (0, 1).
 * @see Lei et al. (2018), "Distribution-Free Predictive Inference For Regression", algorithm 2,
 *   doi:10.1080/01621459.2017.1307116
 */
export function conformalRadius(errors: Float64Array, level: number): number {
  if (errors.length === 0 || errors.some(Number.isNaN) || !(level > 0 && level < 1)) {
    throw new ArgumentError(`level ${level} from ${errors.length} errors, or with NaN`);
  }
  const place = Math.ceil((errors.length + 1) * (1 - level));
  return place > errors.length ? Number.POSITIVE_INFINITY : quickselect(errors.slice(), place - 1);
}

/** How intervals follow a series. */
export interface AdaptiveSpec {
  /** α, the share of targets that may lie outside in the long run, in (0, 1). */
  readonly level: number;
  /** γ, how fast the level follows what was seen, such as 0.01, positive. */
  readonly rate: number;
  /** Errors that each radius is taken from: the last ones, from 1. */
  readonly window: number;
}

/**
 * Computes radii of intervals for a series whose errors may change in any way.
 *
 * α ← α + γ(α* − [outside]); the radius is that of the last errors at the level α. Whatever the
 * series, the share of targets outside comes to within (1 + γ)/(γT) of α*.
 *
 * @param errors - |y − f| of each day, oldest first, length T > window.
 * @returns The radius of each day from `window` on, from the days before it, length T − window.
 *   Infinite while α is 0 or below, and −1, which holds nothing, while it is 1 or above.
 * @throws {ArgumentError} A number is out of range, or there are too few errors.
 * @see Gibbs & Candès (2021), "Adaptive Conformal Inference Under Distribution Shift", eq. 2 and
 *   proposition 4.1, arXiv:2106.00170
 */
export function adaptiveRadii(errors: Float64Array, spec: AdaptiveSpec): Float64Array {
  const { level, rate, window } = spec;
  if (!(level > 0 && level < 1 && rate > 0 && Number.isInteger(window) && window >= 1)) {
    throw new ArgumentError(`level ${level}, rate ${rate} and window ${window} are out of range`);
  }
  if (errors.length <= window || errors.some(Number.isNaN)) {
    throw new ArgumentError(`${errors.length} errors for a window of ${window}, or with NaN`);
  }
  let current = level;
  return Float64Array.from({ length: errors.length - window }, (_, k) => {
    const radius = radiusAt(errors.subarray(k, k + window), current);
    const isOutside = errors[k + window] > radius;
    current += rate * (level - (isOutside ? 1 : 0));
    return radius;
  });
}

function radiusAt(errors: Float64Array, level: number): number {
  if (level <= 0) {
    return Number.POSITIVE_INFINITY;
  }
  return level >= 1 ? -1 : conformalRadius(errors, level);
}
