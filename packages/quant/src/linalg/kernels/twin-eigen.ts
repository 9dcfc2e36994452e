/** The twin of `accumulateReflectors`. */
export function accumulateReflectors(
  heap: Float64Array,
  reflectors: number,
  n: number,
  out: number,
  panelCount: number,
): void {
  heap.fill(0, out, out + 8 * n * panelCount);
  for (let c = 0; c < panelCount; c++) {
    const panel = out + 8 * n * c;
    const last = Math.min(8 * c + 7, n - 1);
    for (let j = 8 * c; j <= last; j++) {
      heap[panel + 8 * j + j - 8 * c] = 1;
    }
    for (let k = Math.min(n - 2, last - 1); k >= 0; k--) {
      for (let column = 0; column < 8; column++) {
        reflectColumn(heap, panel + column, n, k + 1, reflectors + k * n);
      }
    }
  }
}

/** The twin of `applyReflectors`. */
export function applyReflectors(
  heap: Float64Array,
  reflectors: number,
  n: number,
  panels: number,
  panelCount: number,
): void {
  for (let c = 0; c < panelCount; c++) {
    for (let k = n - 2; k >= 0; k--) {
      for (let column = 0; column < 8; column++) {
        reflectColumn(heap, panels + 8 * n * c + column, n, k + 1, reflectors + k * n);
      }
    }
  }
}

/** Applies I − vv' to the rows of one column of a panel from `first` on. */
function reflectColumn(
  heap: Float64Array,
  column: number,
  n: number,
  first: number,
  v: number,
): void {
  let sum = 0;
  for (let i = first; i < n; i++) {
    sum += heap[v + i] * heap[column + 8 * i];
  }
  for (let i = first; i < n; i++) {
    heap[column + 8 * i] -= heap[v + i] * sum;
  }
}

/** The twin of `rotatePanels`. */
export function rotatePanels(
  heap: Float64Array,
  rows: number,
  n: number,
  panelCount: number,
  sweeps: number,
  end: number,
): void {
  for (let c = 0; c < panelCount; c++) {
    const panel = rows + 8 * n * c;
    let at = sweeps;
    while (at < end) {
      const upper = panel + 8 * heap[at];
      const count = heap[at + 1];
      at += 2;
      for (let r = 0; r < count; r++) {
        rotateRow(heap, upper - 8 * r, heap[at + 2 * r], heap[at + 2 * r + 1]);
      }
      at += 2 * count;
    }
  }
}

/** Rotates the eight entries at `upper` with those before them. */
function rotateRow(heap: Float64Array, upper: number, sine: number, cosine: number): void {
  for (let high = upper; high < upper + 8; high++) {
    const u = heap[high];
    const l = heap[high - 8];
    heap[high] = sine * l + cosine * u;
    heap[high - 8] = cosine * l - sine * u;
  }
}
