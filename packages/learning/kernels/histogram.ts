// Offsets of exports count bytes.

/**
 * Adds gradient and curvature of observations to the cells of their bins, feature by feature:
 * the cell of bin b of feature f is 4096·f + 16·b bytes from `out`.
 */
export function addToHistogram(
  bins: usize,
  featureCount: i32,
  rows: usize,
  rowCount: i32,
  derivatives: usize,
  out: usize,
): void {
  const end = rows + ((<usize>rowCount) << 2);
  for (; rows < end; rows += 4) {
    const i = <usize>load<i32>(rows);
    const pair = v128.load(derivatives + (i << 4));
    let bin = bins + i * featureCount;
    const last = bin + featureCount;
    let cells = out;
    for (; bin < last; bin++) {
      const cell = cells + ((<usize>load<u8>(bin)) << 4);
      v128.store(cell, f64x2.add(v128.load(cell), pair));
      cells += 4096;
    }
  }
}

/** Takes `count` cells from others. */
export function subtractCells(from: usize, part: usize, count: i32): void {
  const end = from + ((<usize>count) << 4);
  for (; from < end; from += 16) {
    v128.store(from, f64x2.sub(v128.load(from), v128.load(part)));
    part += 16;
  }
}
