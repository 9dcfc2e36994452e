import { ArgumentError } from "../errors.ts";

/** The first four L-moments of a sample: location, scale, and what skews and flattens it. */
export interface LMoments {
  /** The mean. */
  readonly first: number;
  /** Half the mean difference of two values. */
  readonly second: number;
  readonly third: number;
  readonly fourth: number;
  /** Third over second, −1 … 1. Undefined where the values are equal. */
  readonly skewness: number | undefined;
  /** Fourth over second, −¼ … 1: 0.1226 for a normal sample. Undefined where the values are equal. */
  readonly kurtosis: number | undefined;
}

// A mean difference that is smaller than this part of the largest value is rounding.
const ROUNDING = 1e-14;

/**
 * Computes the first four sample L-moments, which outliers move less than they move moments.
 *
 * They are combinations of the unbiased probability-weighted moments
 * bᵣ = 1/T Σᵢ (i − 1)…(i − r)/((T − 1)…(T − r)) x₍ᵢ₎ of the ascending values.
 *
 * @param values - Length T ≥ 4, finite, at most 1e300 in size.
 * @throws {ArgumentError} There are fewer than four values, or one is not finite or too large.
 * @see Hosking (1990), "L-Moments", doi:10.1111/j.2517-6161.1990.tb01775.x, section 3
 */
export function lMoments(values: Float64Array): LMoments {
  const count = values.length;
  if (count < 4) {
    throw new ArgumentError(`L-moments need at least 4 values, got ${count}`);
  }
  const wrong = values.findIndex((value) => !(Math.abs(value) <= 1e300));
  if (wrong >= 0) {
    throw new ArgumentError(`value ${wrong} is ${values[wrong]}, not a number within ±1e300`);
  }
  const sorted = values.toSorted();
  const largest = Math.max(Math.abs(sorted[0]), Math.abs(sorted[count - 1]));
  // Values less the middle one lose no digits to a mean that is far from 0.
  const center = sorted[Math.floor(count / 2)];
  const [b0, b1, b2, b3] = weightedMoments(sorted.map((value) => value - center));
  const second = 2 * b1 - b0;
  const isConstant = !(second > ROUNDING * largest);
  const third = 6 * b2 - 6 * b1 + b0;
  const fourth = 20 * b3 - 30 * b2 + 12 * b1 - b0;
  return {
    first: b0 + center,
    second: isConstant ? 0 : second,
    third: isConstant ? 0 : third,
    fourth: isConstant ? 0 : fourth,
    skewness: isConstant ? undefined : third / second,
    kurtosis: isConstant ? undefined : fourth / second,
  };
}

/** Computes b₀ … b₃ of ascending values. */
function weightedMoments(sorted: Float64Array): [number, number, number, number] {
  const count = sorted.length;
  const sums: [number, number, number, number] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    let weight = sorted[i] / count;
    sums[0] += weight;
    for (let r = 1; r < 4; r++) {
      weight *= (i + 1 - r) / (count - r);
      sums[r] += weight;
    }
  }
  return sums;
}
