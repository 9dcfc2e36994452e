// Offsets of exports count bytes. Bins lie by groups of four features: that of feature f of
// observation i is 4·(f / 4)·N + 4·i + f % 4 bytes from the first.

/**
 * Adds gradient and curvature of observations to the cells of their bins: the cell of bin b of
 * feature f is 4096·f + 16·b bytes from `out`. A group at a time, whose cells a cache of 32 KB holds.
 *
 * @param observationCount - N.
 */
export function addToHistogram(
  bins: usize,
  featureCount: i32,
  observationCount: i32,
  rows: usize,
  rowCount: i32,
  derivatives: usize,
  out: usize,
): void {
  const end = rows + ((<usize>rowCount) << 2);
  for (let rest = featureCount; rest > 0; rest -= 4) {
    if (rest >= 4) addGroup(bins, rows, end, derivatives, out);
    else addFeatures(bins, rest, rows, end, derivatives, out);
    bins += (<usize>observationCount) << 2;
    out += 4 * 4096;
  }
}

function addGroup(bins: usize, rows: usize, end: usize, derivatives: usize, out: usize): void {
  for (; rows < end; rows += 4) {
    const i = <usize>load<i32>(rows);
    const pair = v128.load(derivatives + (i << 4));
    const four = <usize>load<u32>(bins + (i << 2));
    addPair(out + ((four << 4) & 0xff0), pair);
    addPair(out + 4096 + ((four >> 4) & 0xff0), pair);
    addPair(out + 2 * 4096 + ((four >> 12) & 0xff0), pair);
    addPair(out + 3 * 4096 + ((four >> 20) & 0xff0), pair);
  }
}

function addFeatures(
  bins: usize,
  featureCount: i32,
  rows: usize,
  end: usize,
  derivatives: usize,
  out: usize,
): void {
  for (; rows < end; rows += 4) {
    const i = <usize>load<i32>(rows);
    const pair = v128.load(derivatives + (i << 4));
    for (let f: usize = 0; f < <usize>featureCount; f++) {
      addPair(out + (f << 12) + ((<usize>load<u8>(bins + (i << 2) + f)) << 4), pair);
    }
  }
}

@inline
function addPair(cell: usize, pair: v128): void {
  v128.store(cell, f64x2.add(v128.load(cell), pair));
}

/** Takes `count` cells from others. */
export function subtractCells(from: usize, part: usize, count: i32): void {
  const end = from + ((<usize>count) << 4);
  for (; from < end; from += 16) {
    v128.store(from, f64x2.sub(v128.load(from), v128.load(part)));
    part += 16;
  }
}

/**
 * Moves the observations that go left to the front, both sides in order.
 *
 * @param bins - The feature's bin of the first observation.
 * @param sides - For each of 256 bins, 1 where it goes left.
 * @param spare - Room for the observations.
 * @returns How many go left.
 */
export function partitionRows(
  bins: usize,
  rows: usize,
  rowCount: i32,
  sides: usize,
  spare: usize,
): i32 {
  const end = rows + ((<usize>rowCount) << 2);
  let left = rows;
  let right = spare;
  for (let row = rows; row < end; row += 4) {
    const i = load<i32>(row);
    const side = (<usize>load<u8>(sides + load<u8>(bins + ((<usize>i) << 2)))) << 2;
    // Both are written, as which one counts cannot be foreseen.
    store<i32>(left, i);
    store<i32>(right, i);
    left += side;
    right += 4 - side;
  }
  memory.copy(left, spare, right - spare);
  return <i32>((left - rows) >> 2);
}
