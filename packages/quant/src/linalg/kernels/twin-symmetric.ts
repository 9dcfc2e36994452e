import { addWeightedRows } from "../weighted-rows.ts";

/** The twin of `addRows`. */
export function addRows(
  heap: Float64Array,
  matrix: number,
  n: number,
  held: number,
  count: number,
  x: number,
  product: number,
): void {
  addWeightedRows(
    heap.subarray(matrix),
    Int32Array.from(heap.subarray(held, held + count)),
    heap.subarray(x, x + n),
    heap.subarray(product, product + n),
  );
}

/** The twin of `multiplySymmetric`. */
export function multiplySymmetric(
  heap: Float64Array,
  entries: number,
  stride: number,
  size: number,
  x: number,
  product: number,
): void {
  let a = 0;
  for (; a + 3 < size; a += 4) {
    multiplyFour(heap, entries + a * stride, stride, a, x, product);
  }
  if (a + 1 < size) {
    multiplyTwo(heap, entries + a * stride, stride, a, x, product);
    a += 2;
  }
  if (a < size) {
    const row = entries + a * stride;
    const own = heap[x + a];
    let sum = heap[row + a] * own;
    for (let b = 0; b < a; b++) {
      sum += heap[row + b] * heap[x + b];
      heap[product + b] += heap[row + b] * own;
    }
    heap[product + a] = sum;
  }
}

/** Does the part of four rows and their mirror images, x and product loaded once. */
function multiplyFour(
  heap: Float64Array,
  r0: number,
  stride: number,
  a: number,
  x: number,
  product: number,
): void {
  const [r1, r2, r3] = [r0 + stride, r0 + 2 * stride, r0 + 3 * stride];
  const x0 = heap[x + a];
  const x1 = heap[x + a + 1];
  const x2 = heap[x + a + 2];
  const x3 = heap[x + a + 3];
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  for (let b = 0; b < a; b++) {
    const p0 = heap[r0 + b];
    const p1 = heap[r1 + b];
    const p2 = heap[r2 + b];
    const p3 = heap[r3 + b];
    const xb = heap[x + b];
    sum0 += p0 * xb;
    sum1 += p1 * xb;
    sum2 += p2 * xb;
    sum3 += p3 * xb;
    heap[product + b] += p0 * x0 + p1 * x1 + (p2 * x2 + p3 * x3);
  }
  const [c10, c20, c30] = [heap[r1 + a], heap[r2 + a], heap[r3 + a]];
  const [c21, c31, c32] = [heap[r2 + a + 1], heap[r3 + a + 1], heap[r3 + a + 2]];
  const out = product + a;
  heap[out] = sum0 + heap[r0 + a] * x0 + c10 * x1 + c20 * x2 + c30 * x3;
  heap[out + 1] = sum1 + c10 * x0 + heap[r1 + a + 1] * x1 + c21 * x2 + c31 * x3;
  heap[out + 2] = sum2 + c20 * x0 + c21 * x1 + heap[r2 + a + 2] * x2 + c32 * x3;
  heap[out + 3] = sum3 + c30 * x0 + c31 * x1 + c32 * x2 + heap[r3 + a + 3] * x3;
}

function multiplyTwo(
  heap: Float64Array,
  r0: number,
  stride: number,
  a: number,
  x: number,
  product: number,
): void {
  const r1 = r0 + stride;
  const x0 = heap[x + a];
  const x1 = heap[x + a + 1];
  let sum0 = 0;
  let sum1 = 0;
  for (let b = 0; b < a; b++) {
    const p0 = heap[r0 + b];
    const p1 = heap[r1 + b];
    sum0 += p0 * heap[x + b];
    sum1 += p1 * heap[x + b];
    heap[product + b] += p0 * x0 + p1 * x1;
  }
  const cross = heap[r1 + a];
  heap[product + a] = sum0 + heap[r0 + a] * x0 + cross * x1;
  heap[product + a + 1] = sum1 + cross * x0 + heap[r1 + a + 1] * x1;
}

/** The twin of `addOuter`. */
export function addOuter(
  heap: Float64Array,
  entries: number,
  stride: number,
  size: number,
  x: number,
  factor: number,
): void {
  for (let a = 0; a < size; a++) {
    const row = entries + a * stride;
    const scaled = heap[x + a] * factor;
    // Two at a time as the kernel does, perhaps one beyond the diagonal.
    for (let b = 0; b <= (a | 1); b++) {
      heap[row + b] += scaled * heap[x + b];
    }
  }
}
