/** The twin of `sweepBudgets`. */
export function sweepBudgets(heap: Float64Array, matrix: number, n: number, vectors: number): void {
  const products = vectors + 3 * n;
  for (let first = 0; first < n; first += 4) {
    const rows = matrix + first * n;
    for (let r = 0; r < 4; r++) {
      gather(heap, rows + r * n, first, products + n, products + first + r);
    }
    moveFour(heap, rows + first, n, vectors + first);
    scatter(heap, rows, n, first, products);
  }
}

/** Even and odd columns have sums of their own, as in the kernel. */
function gather(
  heap: Float64Array,
  row: number,
  end: number,
  change: number,
  product: number,
): void {
  let even = 0;
  let odd = 0;
  for (let j = 0; j < end; j += 2) {
    even += heap[row + j] * heap[change + j];
    odd += heap[row + j + 1] * heap[change + j + 1];
  }
  heap[product] += even + odd;
}

function moveFour(heap: Float64Array, block: number, n: number, y: number): void {
  const products = y + 3 * n;
  for (let r = 0; r < 4; r++) {
    const deviation = heap[y + n + r];
    const budget = heap[y + 2 * n + r];
    const before = heap[y + r];
    const a = heap[products + r] / deviation - before;
    const root = Math.sqrt(a * a + 4 * budget);
    // Of the two forms of the root, the one that subtracts nothing.
    const moved = a > 0 ? (2 * budget) / (a + root) : (root - a) / 2;
    const step = (moved - before) / deviation;
    heap[y + r] = moved;
    heap[products + n + r] = step;
    for (let k = 0; k < 4; k++) {
      heap[products + k] += heap[block + Math.max(r, k) * n + Math.min(r, k)] * step;
    }
  }
}

function scatter(heap: Float64Array, rows: number, n: number, end: number, products: number): void {
  const change = products + n + end;
  const [c0, c1, c2, c3] = heap.subarray(change, change + 4);
  for (let j = 0; j < end; j++) {
    const at = rows + j;
    const first = heap[at] * c0 + heap[at + n] * c1;
    heap[products + j] += first + (heap[at + 2 * n] * c2 + heap[at + 3 * n] * c3);
  }
}
