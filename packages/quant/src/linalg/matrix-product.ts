import { ArgumentError } from "../errors.ts";
import { prepareKernels } from "./kernels/active-kernels.ts";
import { PANEL, packRows, packTransposedRows, panelCountOf } from "./kernels/panels.ts";
import type { Matrix } from "./matrix.ts";

// Terms of a sum added at a time: the panels of both factors stay in the second-level cache.
const SLAB_ROWS = 256;
const BLOCK = PANEL * PANEL;

/**
 * Computes the product AB.
 *
 * @param a - Shape (m, k).
 * @param b - Shape (k, n).
 * @returns Shape (m, n).
 * @throws {ArgumentError} A has not as many columns as B has rows.
 */
export function multiplyMatrices(a: Matrix, b: Matrix): Matrix {
  if (a.cols !== b.rows) {
    throw new ArgumentError(`product of ${a.cols} columns and ${b.rows} rows`);
  }
  const rowPanels = panelCountOf(a.rows);
  const columnPanels = panelCountOf(b.cols);
  const height = Math.min(SLAB_ROWS, b.rows);
  const right = rowPanels * PANEL * height;
  const blocks = right + columnPanels * PANEL * height;
  const end = blocks + rowPanels * columnPanels * BLOCK;
  const { kernels, heap } = prepareKernels(end);
  heap.fill(0, blocks, end);
  for (let start = 0; start < b.rows; start += SLAB_ROWS) {
    const length = Math.min(SLAB_ROWS, b.rows - start);
    packTransposedRows(heap, 0, { x: a, start, length });
    packRows(heap, right, { x: b, start, length });
    kernels.addBlockProducts(0, rowPanels, right, columnPanels, length, blocks, false);
  }
  const values = new Float64Array(a.rows * b.cols);
  for (let i = 0; i < a.rows; i++) {
    const row = blocks + (i >> 2) * columnPanels * BLOCK + (i & 3) * PANEL;
    for (let j = 0; j < b.cols; j++) {
      values[i * b.cols + j] = heap[row + (j >> 2) * BLOCK + (j & 3)];
    }
  }
  return { rows: a.rows, cols: b.cols, values };
}
