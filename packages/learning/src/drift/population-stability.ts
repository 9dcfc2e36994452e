import { ArgumentError, chiSquaredQuantile } from "@portfolio/quant";
import { requireInteger } from "../require-integer.ts";

/** The population stability index, and what it may be by chance. */
export interface PopulationStability {
  /** Σ (q − p) ln(q/p) over bins, with half an observation added to each. */
  readonly index: number;
  /** What it exceeds with a chance of `level` when nothing changed. */
  readonly criticalValue: number;
  readonly isShifted: boolean;
}

/**
 * Compares the distribution of a feature with that of a reference, in bins of as many observations
 * of the reference each.
 *
 * The index of equal distributions is about χ²_{B−1}·(1/N + 1/M), which the usual limits of 0.1 and
 * 0.25 ignore. Observations must be independent: take residuals. From 60 observations on.
 *
 * @param reference - Length N, more than `binCount`.
 * @param current - Length M ≥ 1.
 * @param binCount - B, from 2; equal values of the reference may leave fewer.
 * @param level - Chance of a false alarm, in (0, 1).
 * @throws {ArgumentError} A sample is too small or holds NaN, or a number is out of range.
 * @see Yurdakul & Naranjo (2020), "Statistical properties of the population stability index",
 *   doi:10.21314/JRMV.2020.227
 */
export function populationStability(
  reference: Float64Array,
  current: Float64Array,
  binCount: number,
  level: number,
): PopulationStability {
  requireInteger(binCount, 2, 1000, "bins");
  const [n, m] = [reference.length, current.length];
  if (n <= binCount || m === 0 || reference.some(Number.isNaN) || current.some(Number.isNaN)) {
    throw new ArgumentError(`samples of ${n} and ${m} numbers in ${binCount} bins, or with NaN`);
  }
  if (!(level > 0 && level < 1)) {
    throw new ArgumentError(`level is ${level}, not between 0 and 1`);
  }
  const edges = quantileEdges(reference, binCount);
  const before = binShares(reference, edges);
  const after = binShares(current, edges);
  let index = 0;
  for (let b = 0; b < before.length; b++) {
    index += (after[b] - before[b]) * Math.log(after[b] / before[b]);
  }
  const degrees = edges.length;
  const criticalValue =
    degrees === 0 ? 0 : chiSquaredQuantile(1 - level, degrees) * (1 / n + 1 / m);
  return { index, criticalValue, isShifted: index > criticalValue };
}

/** Different quantiles of a sample, each above its least value. */
function quantileEdges(sample: Float64Array, binCount: number): number[] {
  const sorted = sample.slice().sort();
  const edges: number[] = [];
  for (let b = 1; b < binCount; b++) {
    const edge = sorted[Math.floor((b * sorted.length) / binCount)];
    if (edge > (edges[edges.length - 1] ?? sorted[0])) {
      edges.push(edge);
    }
  }
  return edges;
}

function binShares(sample: Float64Array, edges: readonly number[]): Float64Array {
  const counts = new Float64Array(edges.length + 1).fill(0.5);
  for (const value of sample) {
    let bin = 0;
    while (bin < edges.length && value >= edges[bin]) {
      bin++;
    }
    counts[bin]++;
  }
  return counts.map((count) => count / (sample.length + counts.length / 2));
}
