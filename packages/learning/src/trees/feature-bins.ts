import type { Matrix } from "@portfolio/quant";

/** Bins a feature may have; one more number stands for a missing value. */
export const BIN_COUNT_MAX = 255;
/** The bin of a missing value. */
export const MISSING_BIN = 255;

/** Features, each cut into at most 255 bins. */
export interface FeatureBins {
  readonly rows: number;
  readonly cols: number;
  /** Bins row by row, shape (N, F). */
  readonly byRow: Uint8Array;
  /** Bins feature by feature, shape (F, N). */
  readonly byFeature: Uint8Array;
  /** For each feature, ascending: bin b holds the x with cuts[b − 1] ≤ x < cuts[b]. */
  readonly cuts: readonly Float64Array[];
  /** 1 for a feature with missing values. */
  readonly hasMissing: Uint8Array;
}

/**
 * Cuts each feature into bins of about as many observations each.
 *
 * A feature of no more different values than bins has a bin for each, with cuts halfway between:
 * trees grown from such bins are those of an exact search.
 *
 * @param features - Shape (N, F); NaN is a missing value.
 */
export function binFeatures(features: Matrix): FeatureBins {
  const { rows, cols, values } = features;
  const byRow = new Uint8Array(rows * cols);
  const byFeature = new Uint8Array(rows * cols);
  const hasMissing = new Uint8Array(cols);
  const cuts: Float64Array[] = [];
  const column = new Float64Array(rows);
  for (let j = 0; j < cols; j++) {
    for (let i = 0; i < rows; i++) {
      column[i] = values[i * cols + j];
    }
    const ownCuts = cutsOf(column);
    cuts.push(ownCuts);
    for (let i = 0; i < rows; i++) {
      const bin = binOf(ownCuts, column[i]);
      byFeature[j * rows + i] = bin;
      byRow[i * cols + j] = bin;
      hasMissing[j] |= bin === MISSING_BIN ? 1 : 0;
    }
  }
  return { rows, cols, byRow, byFeature, cuts, hasMissing };
}

function cutsOf(column: Float64Array): Float64Array {
  // NaN is sorted to the end.
  const sorted = column.slice().sort();
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1])) {
    count--;
  }
  const distinct = leastDistinct(sorted, count, BIN_COUNT_MAX + 1);
  return distinct.length <= BIN_COUNT_MAX
    ? distinct.subarray(1).map((value, k) => middle(distinct[k], value))
    : quantileCuts(sorted, count);
}

/** Finds the least different values, at most `max` of them. */
function leastDistinct(sorted: Float64Array, count: number, max: number): Float64Array {
  const distinct = new Float64Array(max);
  let found = 0;
  for (let k = 0; k < count && found < max; k++) {
    if (k === 0 || sorted[k] > sorted[k - 1]) {
      distinct[found++] = sorted[k];
    }
  }
  return distinct.slice(0, found);
}

function quantileCuts(sorted: Float64Array, count: number): Float64Array {
  const cuts = new Float64Array(BIN_COUNT_MAX - 1);
  let found = 0;
  for (let b = 1; b < BIN_COUNT_MAX; b++) {
    const place = Math.floor((b * count) / BIN_COUNT_MAX);
    const cut = middle(sorted[place - 1], sorted[place]);
    // Ties span more than one bin: they share a cut, or none where they are the least.
    if (cut > sorted[0] && (found === 0 || cut > cuts[found - 1])) {
      cuts[found++] = cut;
    }
  }
  return cuts.slice(0, found);
}

/** A number over `low`, or equal to both, and at most `high`. */
function middle(low: number, high: number): number {
  const half = low + (high - low) / 2;
  return half > low ? half : high;
}

function binOf(cuts: Float64Array, value: number): number {
  if (Number.isNaN(value)) {
    return MISSING_BIN;
  }
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const place = (low + high) >> 1;
    if (cuts[place] <= value) {
      low = place + 1;
    } else {
      high = place;
    }
  }
  return low;
}
