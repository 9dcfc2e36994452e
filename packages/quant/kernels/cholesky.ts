import { panelProduct } from "./products";

/**
 * Factors a packed symmetric positive definite matrix as LL', in place.
 *
 * Panel p holds rows 4p … 4p + 3 of the lower triangle: entry (row, k) at 4k + row − 4p.
 *
 * @param panels - Where the panels start; each is 16 · panelCount doubles long.
 * @param pivotMin - The smallest pivot that counts, relative to its diagonal entry.
 * @returns −1, or the row of the first pivot that is not over the limit.
 */
export function factorPanels(panels: i32, panelCount: i32, pivotMin: f64): i32 {
  const start = (<usize>panels) << 3;
  const stride = (<usize>panelCount) << 7;
  for (let q = 0; q < panelCount; q++) {
    const columns = start + <usize>q * stride;
    const corner = (<usize>q) << 7;
    const failed = factorCorner(columns, columns + corner, 4 * q, pivotMin);
    if (failed >= 0) {
      return failed;
    }
    for (let p = q + 1; p < panelCount; p++) {
      const rows = start + <usize>p * stride;
      panelProduct(columns, rows, 4 * q, rows + corner, -1);
      divideByCorner(columns + corner, rows + corner);
    }
  }
  return -1;
}

/** Factors the 4 × 4 block on the diagonal: column d at 32·d bytes, row r at 8·r bytes. */
function factorCorner(panel: usize, corner: usize, first: i32, pivotMin: f64): i32 {
  const d0 = load<f64>(corner);
  const d1 = load<f64>(corner, 40);
  const d2 = load<f64>(corner, 80);
  const d3 = load<f64>(corner, 120);
  panelProduct(panel, panel, first, corner, -1);
  for (let c: i32 = 0; c < 4; c++) {
    const column = corner + (<usize>c << 5);
    for (let r = c; r < 4; r++) {
      const entry = column + (<usize>r << 3);
      let rest = load<f64>(entry);
      for (let d = 0; d < c; d++) {
        const other = corner + (<usize>d << 5);
        rest -= load<f64>(other + (<usize>c << 3)) * load<f64>(other + (<usize>r << 3));
      }
      store<f64>(entry, rest);
    }
    const rest = load<f64>(column + (<usize>c << 3));
    const diagonal = c < 2 ? (c === 0 ? d0 : d1) : c === 2 ? d2 : d3;
    if (!(rest > pivotMin * diagonal)) {
      return first + c;
    }
    const pivot = Math.sqrt(rest);
    store<f64>(column + (<usize>c << 3), pivot);
    for (let r = c + 1; r < 4; r++) {
      const entry = column + (<usize>r << 3);
      store<f64>(entry, load<f64>(entry) / pivot);
    }
  }
  return -1;
}

/** Solves X·L' = B for the 4 × 4 block at `block`, column c of X in the four doubles from 32·c. */
function divideByCorner(corner: usize, block: usize): void {
  for (let c = 0; c < 4; c++) {
    const column = block + (<usize>c << 5);
    let low = v128.load(column);
    let high = v128.load(column, 16);
    for (let d = 0; d < c; d++) {
      const factor = v128.load64_splat(corner + (<usize>d << 5) + (<usize>c << 3));
      const other = block + (<usize>d << 5);
      low = f64x2.sub(low, f64x2.mul(factor, v128.load(other)));
      high = f64x2.sub(high, f64x2.mul(factor, v128.load(other, 16)));
    }
    const pivot = v128.load64_splat(corner + <usize>c * 40);
    v128.store(column, f64x2.div(low, pivot));
    v128.store(column, f64x2.div(high, pivot), 16);
  }
}

/**
 * Solves LX = B in place.
 *
 * @param factor - The panels of L, as `factorPanels` leaves them.
 * @param x - Panels of four columns of B, entry (row, column) at 4·row + column, 16 · panelCount
 *   doubles each.
 */
export function solveLowerPanels(factor: i32, panelCount: i32, x: i32, columnPanels: i32): void {
  const stride = (<usize>panelCount) << 7;
  const start = (<usize>factor) << 3;
  for (let c = 0; c < columnPanels; c++) {
    const solution = ((<usize>x) << 3) + <usize>c * stride;
    for (let p = 0; p < panelCount; p++) {
      const rows = start + <usize>p * stride;
      const corner = (<usize>p) << 7;
      panelProduct(rows, solution, 4 * p, solution + corner, -1);
      divideByCorner(rows + corner, solution + corner);
    }
  }
}

/**
 * Solves L'X = B in place.
 *
 * @param transposed - Panels of four columns of L: entry (k, column) at 4k + column, k ≥ column.
 * @param x - As in `solveLowerPanels`.
 */
export function solveUpperPanels(
  transposed: i32,
  panelCount: i32,
  x: i32,
  columnPanels: i32,
): void {
  const stride = (<usize>panelCount) << 7;
  const start = (<usize>transposed) << 3;
  for (let c = 0; c < columnPanels; c++) {
    const solution = ((<usize>x) << 3) + <usize>c * stride;
    for (let p = panelCount - 1; p >= 0; p--) {
      const columns = start + <usize>p * stride;
      const corner = (<usize>p) << 7;
      const below = corner + 128;
      const length = 4 * (panelCount - p - 1);
      panelProduct(columns + below, solution + below, length, solution + corner, -1);
      divideByTransposedCorner(columns + corner, solution + corner);
    }
  }
}

/** Solves L'X = B for one 4 × 4 block, rows of X at 32·r; L(k, c) is at 32·k + 8·c. */
function divideByTransposedCorner(corner: usize, block: usize): void {
  for (let r = 3; r >= 0; r--) {
    const row = block + (<usize>r << 5);
    let low = v128.load(row);
    let high = v128.load(row, 16);
    for (let k = 3; k > r; k--) {
      const factor = v128.load64_splat(corner + (<usize>k << 5) + (<usize>r << 3));
      const other = block + (<usize>k << 5);
      low = f64x2.sub(low, f64x2.mul(factor, v128.load(other)));
      high = f64x2.sub(high, f64x2.mul(factor, v128.load(other, 16)));
    }
    const pivot = v128.load64_splat(corner + <usize>r * 40);
    v128.store(row, f64x2.div(low, pivot));
    v128.store(row, f64x2.div(high, pivot), 16);
  }
}
