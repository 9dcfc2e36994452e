import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { requireSize } from "./observations.ts";

/** Means and variances of what was observed of each asset. */
export interface ColumnMoments {
  /** Length n. */
  readonly means: Float64Array;
  /** Divided by the number of observations, length n. */
  readonly variances: Float64Array;
}

/**
 * Computes means and variances of columns in which NaN marks a missing observation.
 *
 * @param returns - Shape (T, n).
 * @throws {ArgumentError} An asset has fewer than two observations, or the largest return is not 0
 *   and not between 1e-30 and 1e30.
 */
export function columnMoments(returns: Matrix): ColumnMoments {
  const { rows, cols: n, values } = returns;
  requireSize(values);
  const means = new Float64Array(n);
  const variances = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const column = Float64Array.from({ length: rows }, (_, t) => values[t * n + j]);
    const observed = column.filter((x) => !Number.isNaN(x));
    const count = observed.length;
    if (count < 2) {
      throw new ArgumentError(`asset ${j} has ${count} observations, and needs 2`);
    }
    const mean = observed.reduce((sum, x) => sum + x / count, 0);
    const variance = observed.reduce((sum, x) => sum + ((x - mean) * (x - mean)) / count, 0);
    means[j] = mean;
    variances[j] = variance;
  }
  return { means, variances };
}

/** The periods in which the same assets were observed, summed up. */
export interface ObservationPattern {
  /** Assets that were observed, ascending, length o. */
  readonly observed: Int32Array;
  /** Assets that were not, ascending. */
  readonly missing: Int32Array;
  readonly count: number;
  /** Means of what was observed, length o. */
  readonly means: Float64Array;
  /** Σ(x − mean)(x − mean)' of what was observed, shape (o, o). */
  readonly scatter: Float64Array;
}

/**
 * Sums up the periods by what is missing in them. Periods without any observation are left out.
 *
 * @param returns - Shape (T, n), NaN where an observation is missing.
 */
export function observationPatterns(returns: Matrix): ObservationPattern[] {
  const { rows, cols: n, values } = returns;
  const periods = new Map<string, number[]>();
  for (let t = 0; t < rows; t++) {
    let key = "";
    for (let j = 0; j < n; j++) {
      key += Number.isNaN(values[t * n + j]) ? "0" : "1";
    }
    const group = periods.get(key);
    if (group === undefined) {
      periods.set(key, [t]);
    } else {
      group.push(t);
    }
  }
  const patterns: ObservationPattern[] = [];
  for (const [key, group] of periods) {
    if (key.includes("1")) {
      patterns.push(summarize(returns, key, group));
    }
  }
  return patterns;
}

function summarize(
  { cols: n, values }: Matrix,
  key: string,
  periods: readonly number[],
): ObservationPattern {
  const assets = Array.from({ length: n }, (_, j) => j);
  const observed = Int32Array.from(assets.filter((j) => key[j] === "1"));
  const missing = Int32Array.from(assets.filter((j) => key[j] === "0"));
  const width = observed.length;
  const means = new Float64Array(width);
  for (const t of periods) {
    for (let a = 0; a < width; a++) {
      means[a] += values[t * n + observed[a]] / periods.length;
    }
  }
  const scatter = new Float64Array(width * width);
  for (const t of periods) {
    for (let a = 0; a < width; a++) {
      const deviation = values[t * n + observed[a]] - means[a];
      for (let b = 0; b < width; b++) {
        scatter[a * width + b] += deviation * (values[t * n + observed[b]] - means[b]);
      }
    }
  }
  return { observed, missing, count: periods.length, means, scatter };
}
