import { createKernels } from "../kernels/create-kernels.ts";
import { heapPlan } from "../kernels/heap-plan.ts";
import { binPlace, type FeatureBins, MISSING_BIN } from "./feature-bins.ts";

/** Doubles of a feature's histogram: gradient and curvature of each of 256 bins. */
export const FEATURE_LENGTH = 512;

const CELL_BYTES = 16;

/** First and second derivatives of the loss by each forecast, length N. */
export interface Derivatives {
  readonly gradients: Float64Array;
  readonly curvatures: Float64Array;
}

/** A part of the list of observations: those of a node. */
export interface RowRange {
  readonly start: number;
  /** First place after. */
  readonly end: number;
}

/** A histogram: Σg and Σh of bin b of feature f at 512 f + 2 b and one after. */
export interface Histogram {
  readonly cells: Float64Array;
  /** Where the kernels find it. */
  readonly offset: number;
}

/** What divides observations in two: those up to a bin of a feature, and the rest. */
export interface BinQuestion {
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
}

/** Sums derivatives by feature and bin, in the heap of the kernels. */
export interface HistogramStore {
  /** Observations by number, in the order of the nodes. */
  readonly rows: Int32Array;
  /** Takes over the derivatives that the next sums are of. */
  readonly load: (derivatives: Derivatives) => void;
  /** Sums the observations of a part of `rows`. */
  readonly sum: (range: RowRange) => Histogram;
  /** Moves the rows that go left to the front, both sides in order. @returns Where the right starts. */
  readonly divide: (range: RowRange, question: BinQuestion) => number;
  /** Takes one histogram from another, which becomes the difference. */
  readonly subtract: (from: Histogram, part: Histogram) => void;
  /** Gives a histogram back for another use. */
  readonly release: (histogram: Histogram) => void;
}

/**
 * Makes room for the histograms of a tree.
 *
 * @param countMax - Histograms that are in use at one time, at most.
 */
export function histogramStore(bins: FeatureBins, countMax: number): HistogramStore {
  const histogramBytes = bins.cols * FEATURE_LENGTH * 8;
  const plan = heapPlan();
  const binsAt = plan.bytes(bins.bins.length);
  const rowsAt = plan.bytes(4 * bins.rows);
  const spareAt = plan.bytes(4 * bins.rows);
  const sidesAt = plan.bytes(MISSING_BIN + 1);
  const pairsAt = plan.bytes(CELL_BYTES * bins.rows);
  const offsets = Array.from({ length: countMax }, () => plan.bytes(histogramBytes));
  const { heap, addToHistogram, partitionRows, subtractCells } = createKernels(
    plan.length(),
    "wasm",
  );
  heap.bytes.set(bins.bins, binsAt);
  const sides = heap.bytes.subarray(sidesAt, sidesAt + MISSING_BIN + 1);
  const pairs = heap.doubles.subarray(pairsAt / 8, pairsAt / 8 + 2 * bins.rows);
  const free: Histogram[] = offsets.map((offset) => ({
    offset,
    cells: heap.doubles.subarray(offset / 8, (offset + histogramBytes) / 8),
  }));
  return {
    rows: heap.integers.subarray(rowsAt / 4, rowsAt / 4 + bins.rows),
    load: ({ gradients, curvatures }) => {
      for (let i = 0; i < gradients.length; i++) {
        pairs[2 * i] = gradients[i];
        pairs[2 * i + 1] = curvatures[i];
      }
    },
    sum: ({ start, end }) => {
      const histogram = free.pop();
      if (histogram === undefined) {
        throw new Error(`more than ${countMax} histograms are in use`);
      }
      histogram.cells.fill(0);
      const [first, count] = [rowsAt + 4 * start, end - start];
      addToHistogram(binsAt, bins.cols, bins.rows, first, count, pairsAt, histogram.offset);
      return histogram;
    },
    divide: ({ start, end }, { feature, bin, missingLeft }) => {
      sides.fill(1, 0, bin + 1).fill(0, bin + 1);
      sides[MISSING_BIN] = missingLeft ? 1 : 0;
      const column = binsAt + binPlace(bins.rows, feature);
      return start + partitionRows(column, rowsAt + 4 * start, end - start, sidesAt, spareAt);
    },
    subtract: (from, part) => {
      subtractCells(from.offset, part.offset, histogramBytes / CELL_BYTES);
    },
    release: (histogram) => {
      free.push(histogram);
    },
  };
}
