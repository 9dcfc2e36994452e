/**
 * Adds scale · Σₜ a[t][r] · b[t][c] to entry (r, c) of the 4 × 4 block at `out`, row-major.
 *
 * Each of the sixteen sums adds its terms in the order of t and is rounded after every step.
 *
 * @param heap - Holds both panels and the block.
 * @param a - Where the panel of four rows of A starts.
 * @param b - Where the panel of four columns of B starts.
 * @param length - How many t there are.
 */
export function panelProduct(
  heap: Float64Array,
  a: number,
  b: number,
  length: number,
  out: number,
  scale: number,
): void {
  // Two rows at a time: sixteen sums would not stay in registers.
  rowPairProduct(heap, a, b, length, out, scale);
  rowPairProduct(heap, a + 2, b, length, out + 8, scale);
}

function rowPairProduct(
  heap: Float64Array,
  a: number,
  b: number,
  length: number,
  out: number,
  scale: number,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let t = 0; t < 4 * length; t += 4) {
    const b0 = heap[b + t];
    const b1 = heap[b + t + 1];
    const b2 = heap[b + t + 2];
    const b3 = heap[b + t + 3];
    const a0 = heap[a + t];
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    const a1 = heap[a + t + 1];
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
  }
  heap[out] += scale * s00;
  heap[out + 1] += scale * s01;
  heap[out + 2] += scale * s02;
  heap[out + 3] += scale * s03;
  heap[out + 4] += scale * s10;
  heap[out + 5] += scale * s11;
  heap[out + 6] += scale * s12;
  heap[out + 7] += scale * s13;
}

/** The twin of `addBlockProducts`. Its sums do not depend on the order of the blocks. */
export function addBlockProducts(
  heap: Float64Array,
  a: number,
  aPanels: number,
  b: number,
  bPanels: number,
  length: number,
  out: number,
  lowerOnly: boolean,
): void {
  const panelLength = 4 * length;
  let block = out;
  for (let p = 0; p < aPanels; p++) {
    const end = lowerOnly ? p + 1 : bPanels;
    for (let q = 0; q < end; q++) {
      panelProduct(heap, a + p * panelLength, b + q * panelLength, length, block, 1);
      block += 16;
    }
  }
}
