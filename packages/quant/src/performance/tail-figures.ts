import { ArgumentError } from "../errors.ts";
import { requireExcessReturns } from "./return-series.ts";

/** How large gains and losses are, per observation. */
export interface TailFigures {
  /** √(mean of min(0, excess)²) over all observations. */
  readonly downsideDeviation: number;
  /** Mean excess over downside deviation. Undefined without a shortfall. */
  readonly sortino: number | undefined;
  /** Sum of gains over sum of losses, both measured from the target. Undefined without a loss. */
  readonly omega: number | undefined;
  /** Size of the 95 % quantile over the size of the 5 % quantile. Undefined if the latter is 0. */
  readonly tailRatio: number | undefined;
  /** Loss that a part 1 − level of the observations exceeds, by interpolation; a loss is > 0. */
  readonly valueAtRisk: number;
  /** Mean loss of the worst part 1 − level of the observations, the last of them in part. */
  readonly conditionalValueAtRisk: number;
}

/** What the figures are measured against. */
export interface TailOptions {
  /** Return per observation that counts as neither gain nor loss: the risk-free rate, often. */
  readonly target: number;
  /** Confidence of the value at risk, between 0 and 1: 0.95 looks at the worst 5 %. */
  readonly level: number;
}

/**
 * Computes the figures of gains and losses that variance does not tell apart.
 *
 * Quantiles interpolate linearly between order statistics, as NumPy does by default.
 *
 * @param returns - Simple or excess returns, length T ≥ 1.
 * @throws {ArgumentError} There is no return, one or the target is NaN or over 1e50 in size, or the
 *   level is not between 0 and 1.
 * @see Sortino & Price (1994), doi:10.3905/joi.3.3.59; Shadwick & Keating (2002), "A Universal
 *   Performance Measure"; Rockafellar & Uryasev (2002), doi:10.1016/S0378-4266(02)00271-6
 */
export function tailFigures(returns: Float64Array, { target, level }: TailOptions): TailFigures {
  if (returns.length === 0) {
    throw new ArgumentError("tail figures need at least 1 return, got 0");
  }
  if (!(level > 0 && level < 1)) {
    throw new ArgumentError(`the level is ${level}, not between 0 and 1`);
  }
  requireExcessReturns(returns, "returns");
  requireExcessReturns(Float64Array.of(target), "target");
  const { gains, losses, squaredLosses } = partialSums(returns, target);
  const count = returns.length;
  const downsideDeviation = Math.sqrt(squaredLosses / count);
  const sorted = Float64Array.from(returns).sort();
  const lowTail = Math.abs(sortedQuantile(sorted, 0.05));
  return {
    downsideDeviation,
    sortino: downsideDeviation > 0 ? (gains - losses) / count / downsideDeviation : undefined,
    omega: losses > 0 ? gains / losses : undefined,
    tailRatio: lowTail > 0 ? Math.abs(sortedQuantile(sorted, 0.95)) / lowTail : undefined,
    valueAtRisk: negate(sortedQuantile(sorted, 1 - level)),
    conditionalValueAtRisk: negate(lowerTailMean(sorted, (1 - level) * count)),
  };
}

function partialSums(returns: Float64Array, target: number) {
  let gains = 0;
  let losses = 0;
  let squaredLosses = 0;
  for (let t = 0; t < returns.length; t++) {
    const excess = returns[t] - target;
    if (excess > 0) {
      gains += excess;
    } else {
      losses -= excess;
      squaredLosses += excess * excess;
    }
  }
  return { gains, losses, squaredLosses };
}

/**
 * Reads a quantile off a sorted sample, linear between order statistics.
 *
 * @param sorted - Ascending, length T ≥ 1.
 * @param probability - 0 … 1.
 */
export function sortedQuantile(sorted: Float64Array, probability: number): number {
  const position = probability * (sorted.length - 1);
  const below = Math.min(Math.floor(position), sorted.length - 1);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Averages the lowest `size` entries of a sorted sample; a fraction of an entry counts in part. */
function lowerTailMean(sorted: Float64Array, size: number): number {
  const whole = Math.min(Math.floor(size), sorted.length);
  let sum = 0;
  for (let t = 0; t < whole; t++) {
    sum += sorted[t];
  }
  const rest = size - whole;
  return (sum + (rest > 0 && whole < sorted.length ? rest * sorted[whole] : 0)) / size;
}

/** Changes the sign without making a negative zero. */
function negate(value: number): number {
  return 0 - value;
}
