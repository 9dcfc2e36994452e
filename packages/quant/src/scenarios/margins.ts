import type { Matrix } from "../linalg/matrix.ts";

/** The past returns of each asset, sorted: a distribution without a model. */
export interface EmpiricalMargins {
  readonly count: number;
  /** Ascending returns of each asset, length T each. */
  readonly sorted: readonly Float64Array[];
}

/** Sorts the returns of each asset. */
export function empiricalMargins({ rows, cols, values }: Matrix): EmpiricalMargins {
  const sorted = Array.from({ length: cols }, (_, j) =>
    Float64Array.from({ length: rows }, (_unused, t) => values[t * cols + j]).sort(),
  );
  return { count: rows, sorted };
}

/**
 * Reads a quantile between the sorted returns, the k-th of T standing for (k + ½)/T.
 *
 * @param probability - 0 … 1; beyond the ends it is the smallest or the largest return.
 */
export function marginQuantile(sorted: Float64Array, probability: number): number {
  const position = Math.min(sorted.length - 1, Math.max(0, probability * sorted.length - 0.5));
  const below = Math.floor(position);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Finds the probability of returns up to a value: the inverse of `marginQuantile`. */
export function marginProbability(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = 1;
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (marginQuantile(sorted, middle) < value) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

/**
 * Computes ranks over T + 1, ties in order of time: each asset's returns as uniform numbers.
 *
 * @returns One array of length T for each asset, within 0 … 1.
 */
export function pseudoObservations({ rows, cols, values }: Matrix): readonly Float64Array[] {
  return Array.from({ length: cols }, (_, j) => {
    const order = Uint32Array.from({ length: rows }, (_unused, t) => t);
    order.sort((a, b) => values[a * cols + j] - values[b * cols + j] || a - b);
    const ranks = new Float64Array(rows);
    for (let k = 0; k < rows; k++) {
      ranks[order[k]] = (k + 1) / (rows + 1);
    }
    return ranks;
  });
}
