import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { randomSource } from "../random/xoshiro.ts";
import { traceFrontier } from "./critical-line/trace-frontier.ts";
import type { EfficientFrontier } from "./frontier.ts";
import { type FrontierPoint, minimumVariance, pointAtReturn } from "./frontier-point.ts";
import { estimateSource, type SampleSize } from "./resample-estimates.ts";

/** Where the frontier may lie, given how little data it rests on. */
export interface FrontierBand {
  /** Expected returns per period, from the highest down, length L. */
  readonly expectedReturns: Float64Array;
  /** For each quantile asked for, the volatility at each return, length L. */
  readonly volatilities: readonly Float64Array[];
  /** Mean weights of the resampled frontiers at each return, shape (L, n). */
  readonly meanWeights: Matrix;
}

/** How a band is drawn. */
export interface BandOptions {
  readonly sample: SampleSize;
  /** Number of resampled frontiers, ≥ 2. */
  readonly drawCount: number;
  readonly seed: number;
  /** Number of returns, evenly spaced over the frontier, ≥ 2. */
  readonly levelCount: number;
  /** In [0, 1]. */
  readonly quantiles: readonly number[];
}

// A return that fewer of the resampled frontiers reach is left out: quantiles would say little.
const LEAST_SHARE = 0.25;

/**
 * Traces frontiers of resampled estimates and describes how they scatter.
 *
 * Each draw takes the given estimates for the truth and estimates them anew from a history of the
 * same length. At each return its efficient portfolio that earns at least as much counts, with its
 * own estimate of volatility. Returns that less than a quarter of the draws reach are left out.
 *
 * @throws {ArgumentError} A count is too small or not an integer, or a quantile is outside [0, 1].
 * @see Michaud (1998), "Efficient Asset Management", ch. 6; Jorion (1992), "Portfolio optimization
 *   in practice", doi:10.2469/faj.v48.n1.68
 */
export function frontierBand(frontier: EfficientFrontier, options: BandOptions): FrontierBand {
  checkOptions(options);
  const { sample, drawCount, seed, levelCount, quantiles } = options;
  const { expectedReturns, covariance, constraints } = frontier.problem;
  const levels = levelsOf(frontier, levelCount);
  const drawn = levels.map(() => ({
    volatilities: [] as number[],
    weights: new Float64Array(expectedReturns.length),
  }));
  const draw = estimateSource(expectedReturns, covariance, sample, randomSource(seed));
  for (let count = 0; count < drawCount; count++) {
    const result = traceFrontier({ ...draw(), constraints });
    for (const [k, level] of levels.entries()) {
      const point = result.status === "optimal" ? pointReaching(result.frontier, level) : undefined;
      if (point !== undefined) {
        drawn[k].volatilities.push(point.volatility);
        addTo(drawn[k].weights, point.weights);
      }
    }
  }
  const kept = [...levels.keys()].filter(
    (k) => drawn[k].volatilities.length >= LEAST_SHARE * drawCount,
  );
  const sorted = kept.map((k) => Float64Array.from(drawn[k].volatilities).sort());
  return {
    expectedReturns: Float64Array.from(kept, (k) => levels[k]),
    volatilities: quantiles.map((q) => Float64Array.from(sorted, (values) => quantile(values, q))),
    meanWeights: {
      rows: kept.length,
      cols: expectedReturns.length,
      values: Float64Array.from(
        kept.flatMap((k) => Array.from(drawn[k].weights, (w) => w / drawn[k].volatilities.length)),
      ),
    },
  };
}

function checkOptions({ sample, drawCount, levelCount, quantiles }: BandOptions): void {
  const { observationCount, observationsPerPeriod } = sample;
  for (const [count, what] of [
    [observationCount, "observations"],
    [drawCount, "draws"],
    [levelCount, "levels"],
  ] as const) {
    if (!(Number.isInteger(count) && count >= 2)) {
      throw new ArgumentError(`${count} ${what} asked for, not an integer of at least 2`);
    }
  }
  if (!(observationsPerPeriod > 0 && observationsPerPeriod < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`${observationsPerPeriod} observations per period`);
  }
  for (const q of quantiles) {
    if (!(q >= 0 && q <= 1)) {
      throw new ArgumentError(`the quantile is ${q}, not between 0 and 1`);
    }
  }
}

function levelsOf({ turningPoints }: EfficientFrontier, count: number): number[] {
  const highest = turningPoints[0].expectedReturn;
  const lowest = turningPoints[turningPoints.length - 1].expectedReturn;
  return highest === lowest
    ? [highest]
    : Array.from({ length: count }, (_, k) => highest + (k / (count - 1)) * (lowest - highest));
}

/** Finds the efficient portfolio that earns at least a return, if one does. */
function pointReaching(frontier: EfficientFrontier, level: number): FrontierPoint | undefined {
  const point = pointAtReturn(frontier, level);
  if (point.status === "optimal") {
    return point;
  }
  return level < point.minimum ? minimumVariance(frontier) : undefined;
}

function addTo(sum: Float64Array, x: Float64Array): void {
  for (let i = 0; i < sum.length; i++) {
    sum[i] += x[i];
  }
}

/** Interpolates between the two nearest of sorted values. */
function quantile(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}
