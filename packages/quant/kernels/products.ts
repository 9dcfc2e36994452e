// Products of packed panels. A panel holds four rows of A (or columns of X) side by side:
// entry (t, r) is 8·(4t + r) bytes from its start. Offsets of exports count doubles.

// Panels of B that stay in the second-level cache while all of A passes by.
const TILE: i32 = 32;

/**
 * Adds scale · Σₜ a[t][r] · b[t][c] to entry (r, c) of the 4 × 4 block at `out`, row-major.
 *
 * Each of the sixteen sums adds its terms in the order of t and is rounded after every step.
 */
export function panelProduct(a: usize, b: usize, length: i32, out: usize, scale: f64): void {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s20 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s30 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  const end = a + ((<usize>length) << 5);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load64_splat(a);
    s00 = f64x2.add(s00, f64x2.mul(a0, b0));
    s01 = f64x2.add(s01, f64x2.mul(a0, b1));
    const a1 = v128.load64_splat(a, 8);
    s10 = f64x2.add(s10, f64x2.mul(a1, b0));
    s11 = f64x2.add(s11, f64x2.mul(a1, b1));
    const a2 = v128.load64_splat(a, 16);
    s20 = f64x2.add(s20, f64x2.mul(a2, b0));
    s21 = f64x2.add(s21, f64x2.mul(a2, b1));
    const a3 = v128.load64_splat(a, 24);
    s30 = f64x2.add(s30, f64x2.mul(a3, b0));
    s31 = f64x2.add(s31, f64x2.mul(a3, b1));
    a += 32;
    b += 32;
  }
  const factor = f64x2.splat(scale);
  v128.store(out, f64x2.add(v128.load(out), f64x2.mul(factor, s00)));
  v128.store(out, f64x2.add(v128.load(out, 16), f64x2.mul(factor, s01)), 16);
  v128.store(out, f64x2.add(v128.load(out, 32), f64x2.mul(factor, s10)), 32);
  v128.store(out, f64x2.add(v128.load(out, 48), f64x2.mul(factor, s11)), 48);
  v128.store(out, f64x2.add(v128.load(out, 64), f64x2.mul(factor, s20)), 64);
  v128.store(out, f64x2.add(v128.load(out, 80), f64x2.mul(factor, s21)), 80);
  v128.store(out, f64x2.add(v128.load(out, 96), f64x2.mul(factor, s30)), 96);
  v128.store(out, f64x2.add(v128.load(out, 112), f64x2.mul(factor, s31)), 112);
}

/**
 * Adds A'B of packed panels, `length` rows each, to 4 × 4 blocks, those of one panel of A in a row.
 *
 * With `lowerOnly` panel p of A meets panels 0 … p of B, and its row of blocks is that long.
 */
export function addBlockProducts(
  a: i32,
  aPanels: i32,
  b: i32,
  bPanels: i32,
  length: i32,
  out: i32,
  lowerOnly: bool,
): void {
  const panelBytes = (<usize>length) << 5;
  const aStart = (<usize>a) << 3;
  const bStart = (<usize>b) << 3;
  const outStart = (<usize>out) << 3;
  for (let tile = 0; tile < bPanels; tile += TILE) {
    const tileEnd = min(tile + TILE, bPanels);
    for (let p = lowerOnly ? tile : 0; p < aPanels; p++) {
      const row = lowerOnly ? (p * (p + 1)) / 2 : p * bPanels;
      const end = lowerOnly ? min(tileEnd, p + 1) : tileEnd;
      const panel = aStart + <usize>p * panelBytes;
      for (let q = tile; q < end; q++) {
        const block = outStart + ((<usize>(row + q)) << 7);
        panelProduct(panel, bStart + <usize>q * panelBytes, length, block, 1);
      }
    }
  }
}
