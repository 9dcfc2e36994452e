import { ArgumentError } from "../errors.ts";
import { prepareKernels } from "./kernels/active-kernels.ts";
import { PANEL, packRows, panelCountOf } from "./kernels/panels.ts";
import type { Matrix } from "./matrix.ts";

// Rows multiplied at a time: all their panels stay in the second-level cache.
const SLAB_ROWS = 256;
const BLOCK = PANEL * PANEL;
// Rows and columns of the squares in which a triangle is mirrored.
const MIRROR = 32;

/**
 * Computes X'X of centered and weighted rows, (x_t − c)'(x_t − c)·ω_t summed over t.
 *
 * @param x - Observations, one row each, shape (T, n).
 * @param center - Vector c taken from every row, length n.
 * @param rootWeights - √ω_t, length T. Absent means 1.
 * @param divisor - What the product is divided by.
 * @returns The product, shape (n, n), exactly symmetric.
 */
export function centeredGram(
  x: Matrix,
  center: Float64Array,
  rootWeights?: Float64Array,
  divisor = 1,
): Matrix {
  const { heap, at } = gramInHeap({ x, center, rootWeights }, []);
  return symmetricMatrix(heap, at, x.cols, divisor);
}

/**
 * Computes X'X of centered rows, packed: for `sumOfGrams` alone.
 *
 * @param x - Observations, one row each, shape (T, n).
 * @param center - Vector taken from every row, length n.
 * @returns The lower triangle in blocks, about n²/2 entries.
 */
export function packedGram(x: Matrix, center: Float64Array): Float64Array {
  const { heap, at, length } = gramInHeap({ x, center }, []);
  return heap.slice(at, at + length);
}

/**
 * Computes a sum of products and X'X, divided by a number.
 *
 * @param parts - As `packedGram` leaves them, of as many columns as X.
 * @param x - One row for each t, shape (T, n).
 * @returns Shape (n, n), exactly symmetric.
 */
export function sumOfGrams(parts: readonly Float64Array[], x: Matrix, divisor: number): Matrix {
  const { heap, at } = gramInHeap({ x }, parts);
  return symmetricMatrix(heap, at, x.cols, divisor);
}

interface GramRows {
  readonly x: Matrix;
  readonly center?: Float64Array;
  readonly rootWeights?: Float64Array | undefined;
}

/** Leaves a product on the heap, added to others that are packed. */
function gramInHeap({ x, center, rootWeights }: GramRows, parts: readonly Float64Array[]) {
  const panelCount = panelCountOf(x.cols);
  const at = panelCount * PANEL * Math.min(SLAB_ROWS, x.rows);
  const length = ((panelCount * (panelCount + 1)) / 2) * BLOCK;
  const { kernels, heap } = prepareKernels(at + length);
  addUp(parts, heap, at, length);
  for (let start = 0; start < x.rows; start += SLAB_ROWS) {
    const count = Math.min(SLAB_ROWS, x.rows - start);
    packRows(heap, 0, { x, start, length: count, center, scales: rootWeights });
    kernels.addBlockProducts(0, panelCount, 0, panelCount, count, at, true);
  }
  return { heap, at, length };
}

/** Writes the sum of some vectors, four for each time a sum is read and written. */
function addUp(
  parts: readonly Float64Array[],
  heap: Float64Array,
  at: number,
  length: number,
): void {
  heap.fill(0, at, at + length);
  let p = 0;
  for (; p + 3 < parts.length; p += 4) {
    const [one, two, three, four] = [parts[p], parts[p + 1], parts[p + 2], parts[p + 3]];
    for (let k = 0; k < length; k++) {
      heap[at + k] += one[k] + two[k] + (three[k] + four[k]);
    }
  }
  for (; p < parts.length; p++) {
    const part = parts[p];
    for (let k = 0; k < length; k++) {
      heap[at + k] += part[k];
    }
  }
}

function symmetricMatrix(heap: Float64Array, at: number, n: number, divisor: number): Matrix {
  const values = new Float64Array(n * n);
  writeSymmetric(heap, at, n, values, divisor);
  return { rows: n, cols: n, values };
}

/**
 * Computes X' diag(d) X, the sum over t of d_t · x_t x_t'.
 *
 * @param x - One row per t, shape (T, n).
 * @param weights - d, length T, of any sign.
 * @param out - Takes the product, row-major, shape (n, n), exactly symmetric. What it held is lost.
 * @throws {ArgumentError} The weights are not T, or `out` does not hold n² entries.
 */
export function weightedGram(x: Matrix, weights: Float64Array, out: Float64Array): void {
  const n = x.cols;
  if (weights.length !== x.rows) {
    throw new ArgumentError(`${weights.length} weights for ${x.rows} rows`);
  }
  if (out.length !== n * n) {
    throw new ArgumentError(`product of ${n} columns needs ${n * n} entries, got ${out.length}`);
  }
  const panelCount = panelCountOf(n);
  const slabLength = panelCount * PANEL * Math.min(SLAB_ROWS, x.rows);
  const blocks = 2 * slabLength;
  const blockCount = (panelCount * (panelCount + 1)) / 2;
  const { kernels, heap } = prepareKernels(blocks + blockCount * BLOCK);
  heap.fill(0, blocks, blocks + blockCount * BLOCK);
  for (let start = 0; start < x.rows; start += SLAB_ROWS) {
    const length = Math.min(SLAB_ROWS, x.rows - start);
    packRows(heap, 0, { x, start, length, scales: weights });
    packRows(heap, slabLength, { x, start, length });
    kernels.addBlockProducts(0, panelCount, slabLength, panelCount, length, blocks, true);
  }
  writeSymmetric(heap, blocks, n, out, 1);
}

/** Writes the lower triangle of blocks to both triangles of `out`, divided by a number. */
function writeSymmetric(
  heap: Float64Array,
  blocks: number,
  n: number,
  out: Float64Array,
  divisor: number,
): void {
  for (let i = 0; i < n; i++) {
    const panel = i >> 2;
    let source = blocks + ((panel * (panel + 1)) / 2) * BLOCK + (i & 3) * PANEL;
    let target = i * n;
    for (let block = 0; block < panel; block++) {
      out[target] = heap[source] / divisor;
      out[target + 1] = heap[source + 1] / divisor;
      out[target + 2] = heap[source + 2] / divisor;
      out[target + 3] = heap[source + 3] / divisor;
      source += BLOCK;
      target += PANEL;
    }
    for (; target <= i * (n + 1); target++) {
      out[target] = heap[source++] / divisor;
    }
  }
  // In squares that fit the cache: a column of `out` has each entry on a page of its own.
  for (let first = 0; first < n; first += MIRROR) {
    const end = Math.min(first + MIRROR, n);
    for (let start = first; start < n; start += MIRROR) {
      mirrorSquare(out, n, first, end, start, Math.min(start + MIRROR, n));
    }
  }
}

/** Copies entry (j, i) to (i, j) for rows first … end − 1 and columns start … stop − 1, i < j. */
function mirrorSquare(
  out: Float64Array,
  n: number,
  first: number,
  end: number,
  start: number,
  stop: number,
): void {
  for (let i = first; i < end; i++) {
    for (let j = Math.max(start, i + 1); j < stop; j++) {
      out[i * n + j] = out[j * n + i];
    }
  }
}
