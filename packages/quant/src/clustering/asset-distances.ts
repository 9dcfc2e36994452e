import { correlationFromCovariance } from "../covariance/correlation.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, requireFinite } from "../linalg/matrix.ts";
import { argsort } from "../linalg/order-statistics.ts";
import { distanceProfile, squaredDistanceCovariance } from "../statistics/distance-correlation.ts";
import { kendallTau } from "../statistics/kendall-tau.ts";
import { variationOfInformation } from "../statistics/variation-of-information.ts";

/** How unlike two assets are. */
export type AssetDistance =
  /** √(½(1 − ρ)). */
  | "pearson"
  /** √(1 − |ρ|). */
  | "absolute-pearson"
  /** √(½(1 − ρ)) of the ranks; ties share their mean rank. */
  | "spearman"
  /** √(½(1 − τ)), τ as τ-b. */
  | "kendall"
  /** √(1 − distance correlation). */
  | "distance-correlation"
  /** Variation of information, normalized. */
  | "variation-of-information"
  /** √(1 − the share of the worst 5 % of days that two assets have in common). */
  | "lower-tail-dependence";

/** Whether a distance is that of the correlations, and needs no returns. */
export function isOfCorrelations(distance: AssetDistance): boolean {
  return distance === "pearson" || distance === "absolute-pearson";
}

const TAIL = 0.05;

/**
 * Computes distances of assets from their correlations.
 *
 * @param correlation - C, shape (n, n), symmetric, in [−1, 1].
 * @returns Shape (n, n), in [0, 1], 0 on the diagonal.
 */
export function correlationDistances(correlation: Matrix, isAbsolute = false): Matrix {
  const values = new Float64Array(correlation.values.length);
  for (let k = 0; k < values.length; k++) {
    const rho = correlation.values[k];
    // Rounding can put a correlation a little over 1.
    values[k] = Math.sqrt(Math.max(0, isAbsolute ? 1 - Math.abs(rho) : (1 - rho) / 2));
  }
  return { ...correlation, values };
}

/**
 * Computes distances of assets from their returns.
 *
 * @param returns - One row per period, shape (T, n), T ≥ 2.
 * @returns Shape (n, n), in [0, 1], 0 on the diagonal.
 * @throws {ArgumentError} There are fewer than two rows, or a return is not finite.
 */
export function assetDistances(distance: AssetDistance, returns: Matrix): Matrix {
  requireFinite(returns.values, "returns");
  if (returns.rows < 2) {
    throw new ArgumentError(`distances of assets over ${returns.rows} periods`);
  }
  const columns = Array.from({ length: returns.cols }, (_, i) => columnOf(returns, i));
  switch (distance) {
    case "pearson":
      return correlationDistances(correlationOf(returns));
    case "absolute-pearson":
      return correlationDistances(correlationOf(returns), true);
    case "spearman":
      return correlationDistances(correlationOf(ranksOf(columns)));
    case "kendall":
      return pairwise(columns, (x, y) => Math.sqrt((1 - kendallTau(x, y)) / 2));
    case "distance-correlation":
      return distanceCorrelations(columns);
    case "variation-of-information": {
      const { values } = correlationOf(returns);
      return pairwise(columns, (x, y, i, j) =>
        variationOfInformation(x, y, values[i * columns.length + j]),
      );
    }
    case "lower-tail-dependence": {
      const tails = columns.map(worstDays);
      return pairwise(tails, (x, y) => Math.sqrt(1 - sharedDays(x, y)));
    }
  }
}

function columnOf({ rows, cols, values }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, t) => values[t * cols + column]);
}

function correlationOf(returns: Matrix): Matrix {
  return correlationFromCovariance(sampleCovariance(returns));
}

/** Computes one number for each pair of assets. */
function pairwise<Series>(
  columns: readonly Series[],
  distanceOf: (x: Series, y: Series, i: number, j: number) => number,
): Matrix {
  const n = columns.length;
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const value = distanceOf(columns[i], columns[j], i, j);
      values[i * n + j] = value;
      values[j * n + i] = value;
    }
  }
  return { rows: n, cols: n, values };
}

/** Turns series into their ranks, one column each. */
function ranksOf(columns: readonly Float64Array[]): Matrix {
  const n = columns.length;
  const count = columns[0]?.length ?? 0;
  const values = new Float64Array(count * n);
  const order = new Uint32Array(count);
  for (const [i, column] of columns.entries()) {
    argsort(column, order);
    for (let start = 0, end = 0; start < count; start = end) {
      while (end < count && column[order[end]] === column[order[start]]) {
        end++;
      }
      for (let k = start; k < end; k++) {
        values[order[k] * n + i] = (start + end - 1) / 2;
      }
    }
  }
  return { rows: count, cols: n, values };
}

function distanceCorrelations(columns: readonly Float64Array[]): Matrix {
  // In units of the largest value, so that no square overflows or vanishes.
  const profiles = columns.map((column) => {
    const size = column.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return distanceProfile(size > 0 ? column.map((value) => value / size) : column);
  });
  const own = profiles.map((profile) => squaredDistanceCovariance(profile, profile));
  return pairwise(profiles, (x, y, i, j) => {
    const scale = Math.sqrt(own[i]) * Math.sqrt(own[j]);
    const squared = scale > 0 ? squaredDistanceCovariance(x, y) / scale : 0;
    return Math.sqrt(Math.max(0, 1 - Math.sqrt(squared)));
  });
}

/** Marks the days on which a series is among its worst, and counts how many are asked for. */
interface WorstDays {
  readonly isWorst: Uint8Array;
  readonly count: number;
}

function worstDays(column: Float64Array): WorstDays {
  const count = Math.ceil(column.length * TAIL);
  const edge = Float64Array.from(column).sort()[count - 1];
  return { isWorst: Uint8Array.from(column, (value) => (value <= edge ? 1 : 0)), count };
}

function sharedDays(x: WorstDays, y: WorstDays): number {
  let shared = 0;
  for (let t = 0; t < x.isWorst.length; t++) {
    shared += x.isWorst[t] & y.isWorst[t];
  }
  return Math.min(1, shared / x.count);
}
