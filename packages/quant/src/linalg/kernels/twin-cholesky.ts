import { panelProduct } from "./twin-products.ts";

/** The twin of `factorPanels`. */
export function factorPanels(
  heap: Float64Array,
  panels: number,
  panelCount: number,
  pivotMin: number,
): number {
  const stride = 16 * panelCount;
  const diagonal = new Float64Array(4);
  for (let q = 0; q < panelCount; q++) {
    const columns = panels + q * stride;
    const corner = 16 * q;
    for (let c = 0; c < 4; c++) {
      diagonal[c] = heap[columns + corner + 5 * c];
    }
    panelProduct(heap, columns, columns, 4 * q, columns + corner, -1);
    const failed = factorCorner(heap, columns + corner, pivotMin, diagonal);
    if (failed >= 0) {
      return 4 * q + failed;
    }
    for (let p = q + 1; p < panelCount; p++) {
      const rows = panels + p * stride;
      panelProduct(heap, columns, rows, 4 * q, rows + corner, -1);
      divideByCorner(heap, columns + corner, rows + corner);
    }
  }
  return -1;
}

/** Factors the 4 × 4 block on the diagonal, entry (row, column) at 4·column + row. */
function factorCorner(
  heap: Float64Array,
  corner: number,
  pivotMin: number,
  diagonal: Float64Array,
): number {
  for (let c = 0; c < 4; c++) {
    const column = corner + 4 * c;
    for (let r = c; r < 4; r++) {
      let rest = heap[column + r];
      for (let d = 0; d < c; d++) {
        rest -= heap[corner + 4 * d + c] * heap[corner + 4 * d + r];
      }
      heap[column + r] = rest;
    }
    if (!(heap[column + c] > pivotMin * diagonal[c])) {
      return c;
    }
    const pivot = Math.sqrt(heap[column + c]);
    heap[column + c] = pivot;
    for (let r = c + 1; r < 4; r++) {
      heap[column + r] /= pivot;
    }
  }
  return -1;
}

/** Solves X·L' = B for the 4 × 4 block at `block`, column c of X in the four entries from 4c. */
function divideByCorner(heap: Float64Array, corner: number, block: number): void {
  for (let c = 0; c < 4; c++) {
    const column = block + 4 * c;
    for (let d = 0; d < c; d++) {
      subtractMultiple(heap, column, heap[corner + 4 * d + c], block + 4 * d);
    }
    divideFour(heap, column, heap[corner + 5 * c]);
  }
}

/** The twin of `solveLowerPanels`. */
export function solveLowerPanels(
  heap: Float64Array,
  factor: number,
  panelCount: number,
  x: number,
  columnPanels: number,
): void {
  const stride = 16 * panelCount;
  for (let c = 0; c < columnPanels; c++) {
    const solution = x + c * stride;
    for (let p = 0; p < panelCount; p++) {
      const rows = factor + p * stride;
      const corner = 16 * p;
      panelProduct(heap, rows, solution, 4 * p, solution + corner, -1);
      divideByCorner(heap, rows + corner, solution + corner);
    }
  }
}

/** The twin of `solveUpperPanels`. */
export function solveUpperPanels(
  heap: Float64Array,
  transposed: number,
  panelCount: number,
  x: number,
  columnPanels: number,
): void {
  const stride = 16 * panelCount;
  for (let c = 0; c < columnPanels; c++) {
    const solution = x + c * stride;
    for (let p = panelCount - 1; p >= 0; p--) {
      const columns = transposed + p * stride;
      const corner = 16 * p;
      const below = corner + 16;
      const length = 4 * (panelCount - p - 1);
      panelProduct(heap, columns + below, solution + below, length, solution + corner, -1);
      divideByTransposedCorner(heap, columns + corner, solution + corner);
    }
  }
}

/** Solves L'X = B for one 4 × 4 block, row r of X from 4r; L(k, c) is at 4k + c. */
function divideByTransposedCorner(heap: Float64Array, corner: number, block: number): void {
  for (let r = 3; r >= 0; r--) {
    const row = block + 4 * r;
    for (let k = 3; k > r; k--) {
      subtractMultiple(heap, row, heap[corner + 4 * k + r], block + 4 * k);
    }
    divideFour(heap, row, heap[corner + 5 * r]);
  }
}

function subtractMultiple(heap: Float64Array, four: number, factor: number, other: number): void {
  heap[four] -= factor * heap[other];
  heap[four + 1] -= factor * heap[other + 1];
  heap[four + 2] -= factor * heap[other + 2];
  heap[four + 3] -= factor * heap[other + 3];
}

function divideFour(heap: Float64Array, four: number, divisor: number): void {
  heap[four] /= divisor;
  heap[four + 1] /= divisor;
  heap[four + 2] /= divisor;
  heap[four + 3] /= divisor;
}
