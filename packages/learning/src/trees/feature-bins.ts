import type { Matrix } from "@portfolio/quant";

/** Bins a feature may have; one more number stands for a missing value. */
export const BIN_COUNT_MAX = 255;
/** The bin of a missing value. */
export const MISSING_BIN = 255;

/** Features, each cut into at most 255 bins. */
export interface FeatureBins {
  readonly rows: number;
  readonly cols: number;
  /** By groups of four features: the bin of feature f of observation i is at 4 N ⌊f/4⌋ + 4 i + f mod 4. */
  readonly bins: Uint8Array;
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
  const bins = new Uint8Array(4 * rows * Math.ceil(cols / 4));
  const hasMissing = new Uint8Array(cols);
  const cuts: Float64Array[] = [];
  const column = new Float64Array(rows);
  for (let j = 0; j < cols; j++) {
    for (let i = 0; i < rows; i++) {
      column[i] = values[i * cols + j];
    }
    const ownCuts = cutsOf(column);
    cuts.push(ownCuts);
    const binOf = binFinder(ownCuts);
    const start = binPlace(rows, j);
    for (let i = 0; i < rows; i++) {
      const bin = binOf(column[i]);
      bins[start + 4 * i] = bin;
      hasMissing[j] |= bin === MISSING_BIN ? 1 : 0;
    }
  }
  return { rows, cols, bins, cuts, hasMissing };
}

/** Where the bin of a feature of the first observation is; that of the next is four on. */
export function binPlace(observationCount: number, feature: number): number {
  return 4 * observationCount * (feature >> 2) + (feature & 3);
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

// So many cells of equal width tell at once, for most values, which bin they are in.
const CELL_COUNT = 4096;

/** Finds the bin of each value: the number of cuts up to it. */
function binFinder(cuts: Float64Array): (value: number) => number {
  const first = cuts[0] ?? 0;
  const scale = cuts.length > 1 ? (CELL_COUNT - 1) / (cuts[cuts.length - 1] - first) : 0;
  // Cells are in the order of values, so that a cut in a cell before that of a value is below it.
  const cellOf = (value: number) =>
    Math.min(Math.max(0, (value - first) * scale), CELL_COUNT - 1) | 0;
  const cutsBefore = new Int32Array(CELL_COUNT + 1);
  for (const cut of cuts) {
    cutsBefore[cellOf(cut) + 1]++;
  }
  for (let cell = 0; cell < CELL_COUNT; cell++) {
    cutsBefore[cell + 1] += cutsBefore[cell];
  }
  return (value) => {
    if (Number.isNaN(value)) {
      return MISSING_BIN;
    }
    const cell = cellOf(value);
    let low = cutsBefore[cell];
    let high = cutsBefore[cell + 1];
    while (low < high) {
      const place = (low + high) >> 1;
      if (cuts[place] <= value) {
        low = place + 1;
      } else {
        high = place;
      }
    }
    return low;
  };
}
