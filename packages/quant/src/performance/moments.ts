import { ArgumentError } from "../errors.ts";

/** Size, center, spread and shape of a sample. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Divides by T − 1. 0 for a series that is constant up to rounding. */
  readonly standardDeviation: number;
  /** m₃/m₂^1.5, the mₖ dividing by T: 0 for a symmetric sample. Undefined without spread. */
  readonly skewness: number | undefined;
  /** m₄/m₂², the mₖ dividing by T: 3 for a normal sample. Undefined without spread. */
  readonly kurtosis: number | undefined;
}

// Deviations from the mean that are smaller than this part of the largest value are rounding.
const ROUNDING = 1e-14;

/**
 * Computes the first four moments of a sample.
 *
 * Deviations are divided by the largest before they are raised to powers, so that no size of
 * finite input overflows.
 *
 * @param values - Length T ≥ 2, finite.
 * @throws {ArgumentError} There are fewer than 2 values, or one is not finite.
 */
export function momentsOf(values: Float64Array): Moments {
  const count = values.length;
  if (count < 2) {
    throw new ArgumentError(`moments need at least 2 values, got ${count}`);
  }
  let largest = 0;
  for (let t = 0; t < count; t++) {
    if (!Number.isFinite(values[t])) {
      throw new ArgumentError(`value ${t} is ${values[t]}, not a finite number`);
    }
    largest = Math.max(largest, Math.abs(values[t]));
  }
  const mean = meanOf(values);
  let spread = 0;
  for (let t = 0; t < count; t++) {
    spread = Math.max(spread, Math.abs(values[t] - mean));
  }
  if (spread <= ROUNDING * largest) {
    return { count, mean, standardDeviation: 0, skewness: undefined, kurtosis: undefined };
  }
  return { count, mean, ...centralMoments(values, mean, spread) };
}

/** Computes the mean, corrected once for the rounding of its own sum. */
function meanOf(values: Float64Array): number {
  const count = values.length;
  let mean = 0;
  for (let t = 0; t < count; t++) {
    mean += values[t] / count;
  }
  let correction = 0;
  for (let t = 0; t < count; t++) {
    correction += (values[t] - mean) / count;
  }
  return mean + correction;
}

function centralMoments(values: Float64Array, mean: number, spread: number) {
  const count = values.length;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let t = 0; t < count; t++) {
    const deviation = (values[t] - mean) / spread;
    const square = deviation * deviation;
    second += square;
    third += square * deviation;
    fourth += square * square;
  }
  second /= count;
  return {
    standardDeviation: spread * Math.sqrt((second * count) / (count - 1)),
    skewness: third / count / second ** 1.5,
    kurtosis: fourth / count / second ** 2,
  };
}
