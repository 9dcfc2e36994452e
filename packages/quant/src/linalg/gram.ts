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
 * @returns The product, shape (n, n), exactly symmetric.
 */
export function centeredGram(x: Matrix, center: Float64Array, rootWeights?: Float64Array): Matrix {
  const n = x.cols;
  const panelCount = panelCountOf(n);
  const slabLength = panelCount * PANEL * Math.min(SLAB_ROWS, x.rows);
  const blockCount = (panelCount * (panelCount + 1)) / 2;
  const { kernels, heap } = prepareKernels(slabLength + blockCount * BLOCK);
  heap.fill(0, slabLength, slabLength + blockCount * BLOCK);
  for (let start = 0; start < x.rows; start += SLAB_ROWS) {
    const length = Math.min(SLAB_ROWS, x.rows - start);
    packRows(heap, 0, { x, start, length, center, scales: rootWeights });
    kernels.addBlockProducts(0, panelCount, 0, panelCount, length, slabLength, true);
  }
  const values = new Float64Array(n * n);
  writeSymmetric(heap, slabLength, n, values);
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
  writeSymmetric(heap, blocks, n, out);
}

/** Writes the lower triangle of blocks to both triangles of `out`. */
function writeSymmetric(heap: Float64Array, blocks: number, n: number, out: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const panel = i >> 2;
    const row = blocks + ((panel * (panel + 1)) / 2) * BLOCK + (i & 3) * PANEL;
    for (let j = 0; j <= i; j++) {
      out[i * n + j] = heap[row + (j >> 2) * BLOCK + (j & 3)];
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
