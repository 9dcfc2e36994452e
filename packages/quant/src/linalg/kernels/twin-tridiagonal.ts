/** The twin of `tridiagonalize`. */
export function tridiagonalize(
  heap: Float64Array,
  work: number,
  n: number,
  reflectors: number,
  offDiagonal: number,
  product: number,
): void {
  heap.fill(0, reflectors, reflectors + n * n);
  heap.fill(0, offDiagonal, offDiagonal + n);
  for (let k = 0; k < n - 1; k++) {
    const v = reflectors + k * n;
    heap[offDiagonal + k] = columnReflector(heap, work, n, k, v);
    if (heap[v + k + 1] !== 0) {
      multiplyTrailing(heap, work, n, k + 1, v, product);
      balanceProduct(heap, n, k + 1, v, product);
      reflectTrailing(heap, work, n, k + 1, v, product);
    }
  }
}

/** Finds v that maps column k below its diagonal to a multiple of the first unit vector. */
function columnReflector(
  heap: Float64Array,
  work: number,
  n: number,
  k: number,
  v: number,
): number {
  let scale = 0;
  for (let i = k + 1; i < n; i++) {
    scale = Math.max(scale, Math.abs(heap[work + i * n + k]));
  }
  if (scale === 0) {
    return 0;
  }
  let squared = 0;
  for (let i = k + 1; i < n; i++) {
    const entry = heap[work + i * n + k] / scale;
    heap[v + i] = entry;
    squared += entry * entry;
  }
  const head = heap[v + k + 1];
  const alpha = head > 0 ? -Math.sqrt(squared) : Math.sqrt(squared);
  // ‖x − αe‖² = 2(‖x‖² − α·x₁), and v is scaled to squared length 2.
  const shrink = 1 / Math.sqrt(squared - alpha * head);
  heap[v + k + 1] = head - alpha;
  for (let i = k + 1; i < n; i++) {
    heap[v + i] *= shrink;
  }
  return alpha * scale;
}

/** Computes p = Bv for the symmetric trailing block from `first` on: rows in fours. */
function multiplyTrailing(
  heap: Float64Array,
  work: number,
  n: number,
  first: number,
  v: number,
  p: number,
): void {
  const start = first + ((n - first) & 3);
  heap.fill(0, p + first, p + n);
  multiplyCorner(heap, work, n, first, start, v, p);
  for (let i = start; i < n; i += 4) {
    multiplyFourRows(heap, work, n, first, i, v, p);
    multiplyCorner(heap, work, n, i, i + 4, v, p);
  }
}

/** Adds the product of the triangle of rows and columns start … end − 1. */
function multiplyCorner(
  heap: Float64Array,
  work: number,
  n: number,
  start: number,
  end: number,
  v: number,
  p: number,
): void {
  for (let i = start; i < end; i++) {
    const row = work + i * n;
    const vi = heap[v + i];
    let sum = heap[p + i];
    for (let j = start; j < i; j++) {
      const entry = heap[row + j];
      sum += entry * heap[v + j];
      heap[p + j] += entry * vi;
    }
    heap[p + i] = sum + heap[row + i] * vi;
  }
}

/**
 * Adds the products of rows i … i + 3 left of column i, and of their mirror image.
 *
 * Each row has two sums, of every second column; an odd column goes first.
 */
function multiplyFourRows(
  heap: Float64Array,
  work: number,
  n: number,
  first: number,
  i: number,
  v: number,
  p: number,
): void {
  const odd = (i - first) & 1;
  if (odd === 1) {
    addMirrored(heap, work + i * n + first, n, v + i, p + first);
  }
  for (let j = first + odd; j < i; j += 2) {
    addMirrored(heap, work + i * n + j, n, v + i, p + j);
    addMirrored(heap, work + i * n + j + 1, n, v + i, p + j + 1);
  }
  for (let r = 0; r < 4; r++) {
    const row = work + (i + r) * n;
    let even = 0;
    let other = 0;
    if (odd === 1) {
      even += heap[row + first] * heap[v + first];
    }
    for (let j = first + odd; j < i; j += 2) {
      even += heap[row + j] * heap[v + j];
      other += heap[row + j + 1] * heap[v + j + 1];
    }
    heap[p + i + r] += even + other;
  }
}

/** Adds the product of four entries below each other and four of v to one entry of p. */
function addMirrored(heap: Float64Array, entry: number, n: number, v: number, p: number): void {
  const low = heap[entry] * heap[v] + heap[entry + n] * heap[v + 1];
  const high = heap[entry + 2 * n] * heap[v + 2] + heap[entry + 3 * n] * heap[v + 3];
  heap[p] += low + high;
}

/** Takes ½(p·v)·v from p. */
function balanceProduct(heap: Float64Array, n: number, first: number, v: number, p: number): void {
  let half = 0;
  for (let i = first; i < n; i++) {
    half += heap[p + i] * heap[v + i];
  }
  half /= 2;
  for (let i = first; i < n; i++) {
    heap[p + i] -= half * heap[v + i];
  }
}

/** Takes vp' + pv' from the lower triangle of the trailing block. */
function reflectTrailing(
  heap: Float64Array,
  work: number,
  n: number,
  first: number,
  v: number,
  p: number,
): void {
  for (let i = first; i < n; i++) {
    const row = work + i * n;
    const vi = heap[v + i];
    const pi = heap[p + i];
    for (let j = first; j <= i; j++) {
      heap[row + j] -= vi * heap[p + j] + pi * heap[v + j];
    }
  }
}
