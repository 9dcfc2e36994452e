import type { Matrix } from "../matrix.ts";

/** Rows or columns that lie side by side in a panel. */
export const PANEL = 4;

/** Computes how many panels n rows or columns take; the last is filled up with zeros. */
export function panelCountOf(n: number): number {
  return Math.ceil(n / PANEL);
}

/** Which rows of a matrix are packed, and what is done to them on the way. */
export interface RowSelection {
  /** Shape (T, n). */
  readonly x: Matrix;
  readonly start: number;
  readonly length: number;
  /** Vector taken from every row, length n. Absent means 0. */
  readonly center?: Float64Array | undefined;
  /** Factor of each row of X, length T. Absent means 1. */
  readonly scales?: Float64Array | undefined;
}

/** Copies rows into panels of four columns: [panel][row][column in panel], filled up with zeros. */
export function packRows(heap: Float64Array, at: number, rows: RowSelection): void {
  const panelLength = PANEL * rows.length;
  const fullCount = Math.floor(rows.x.cols / PANEL);
  for (let panel = 0; panel < fullCount; panel++) {
    packFourColumns(heap, at + panel * panelLength, rows, panel * PANEL);
  }
  if (fullCount * PANEL < rows.x.cols) {
    const last = at + fullCount * panelLength;
    heap.fill(0, last, last + panelLength);
    packLastColumns(heap, last, rows, fullCount * PANEL);
  }
}

function packFourColumns(heap: Float64Array, at: number, rows: RowSelection, first: number): void {
  const { start, length, center, scales } = rows;
  const { cols: n, values } = rows.x;
  let c0 = 0;
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  if (center !== undefined) {
    c0 = center[first];
    c1 = center[first + 1];
    c2 = center[first + 2];
    c3 = center[first + 3];
  }
  let source = start * n + first;
  let scale = 1;
  const end = at + PANEL * length;
  for (let target = at; target < end; target += PANEL) {
    if (scales !== undefined) {
      scale = scales[start + ((target - at) >> 2)];
    }
    heap[target] = (values[source] - c0) * scale;
    heap[target + 1] = (values[source + 1] - c1) * scale;
    heap[target + 2] = (values[source + 2] - c2) * scale;
    heap[target + 3] = (values[source + 3] - c3) * scale;
    source += n;
  }
}

function packLastColumns(heap: Float64Array, at: number, rows: RowSelection, first: number): void {
  const { start, length, center, scales } = rows;
  const { cols: n, values } = rows.x;
  for (let j = first; j < n; j++) {
    const middle = center?.[j] ?? 0;
    let target = at + j - first;
    for (let t = start; t < start + length; t++) {
      heap[target] = (values[t * n + j] - middle) * (scales === undefined ? 1 : scales[t]);
      target += PANEL;
    }
  }
}

/** Copies columns start … start + length − 1 of X as `packRows` copies the rows of X'. */
export function packTransposedRows(
  heap: Float64Array,
  at: number,
  { x, start, length }: RowSelection,
): void {
  const { rows, cols, values } = x;
  for (let i = 0; i < PANEL * panelCountOf(rows); i++) {
    let target = at + (i >> 2) * PANEL * length + (i & 3);
    for (let t = start; t < start + length; t++) {
      heap[target] = i < rows ? values[i * cols + t] : 0;
      target += PANEL;
    }
  }
}

/**
 * Copies the lower triangle of a symmetric or triangular matrix into panels of four rows, entry
 * (row, k) at 4k + row − 4p, filled up with the identity.
 *
 * @param a - Row-major, shape (n, n).
 */
export function packLowerPanels(heap: Float64Array, at: number, a: Float64Array, n: number): void {
  const panelCount = panelCountOf(n);
  const stride = PANEL * PANEL * panelCount;
  for (let i = 0; i < PANEL * panelCount; i++) {
    const row = at + (i >> 2) * stride + (i & 3);
    const corner = i & ~3;
    for (let k = 0; k < corner; k++) {
      heap[row + PANEL * k] = i < n ? a[i * n + k] : 0;
    }
    for (let k = corner; k < corner + PANEL; k++) {
      heap[row + PANEL * k] = i < n && k <= i ? a[i * n + k] : Number(k === i);
    }
  }
}

/** Copies the panels of `packLowerPanels` back into the lower triangle; clears the upper one. */
export function unpackLowerPanels(
  heap: Float64Array,
  at: number,
  a: Float64Array,
  n: number,
): void {
  const stride = PANEL * PANEL * panelCountOf(n);
  for (let i = 0; i < n; i++) {
    const row = at + (i >> 2) * stride + (i & 3);
    for (let k = 0; k <= i; k++) {
      a[i * n + k] = heap[row + PANEL * k];
    }
    a.fill(0, i * n + i + 1, (i + 1) * n);
  }
}

/**
 * Copies a lower triangular matrix into panels of four columns, entry (k, column) at
 * 4k + column − 4p, filled up with the identity.
 */
export function packLowerColumns(heap: Float64Array, at: number, a: Float64Array, n: number): void {
  const panelCount = panelCountOf(n);
  const stride = PANEL * PANEL * panelCount;
  for (let k = 0; k < PANEL * panelCount; k++) {
    for (let i = 0; i < (k & ~3) + PANEL; i++) {
      const entry = at + (i >> 2) * stride + PANEL * k + (i & 3);
      heap[entry] = k < n && i <= k ? a[k * n + i] : Number(k === i);
    }
  }
}

/** Copies an m-column matrix, shape (n, m), into panels of four columns, filled up with zeros. */
export function packColumns(
  heap: Float64Array,
  at: number,
  b: Float64Array,
  n: number,
  m: number,
): void {
  const height = PANEL * panelCountOf(n);
  for (let j = 0; j < PANEL * panelCountOf(m); j++) {
    const column = at + (j >> 2) * height * PANEL + (j & 3);
    for (let k = 0; k < height; k++) {
      heap[column + PANEL * k] = k < n && j < m ? b[k * m + j] : 0;
    }
  }
}

/** Copies the panels of `packColumns` back. */
export function unpackColumns(
  heap: Float64Array,
  at: number,
  b: Float64Array,
  n: number,
  m: number,
): void {
  const height = PANEL * panelCountOf(n);
  for (let j = 0; j < m; j++) {
    const column = at + (j >> 2) * height * PANEL + (j & 3);
    for (let k = 0; k < n; k++) {
      b[k * m + j] = heap[column + PANEL * k];
    }
  }
}
