// Offsets of exports count doubles. Row i of the matrix starts 8·i·n bytes from its start.

/**
 * Finds a minimum spanning tree of assets whose distance is −ρ, by Prim's algorithm from asset 0.
 *
 * Of equal distances the asset with the smaller number is nearer.
 *
 * @param matrix - Covariances, row-major, n × n, symmetric.
 * @param n - Even. An asset that only fills up has a deviation of NaN and is left out.
 * @param vectors - Deviations, then room, n doubles each: the distances to the tree, its nearest asset.
 * @param edges - Takes from, to and distance of each edge in turn.
 * @param edgeCount - How many edges there are.
 */
export function spanCorrelations(
  matrix: i32,
  n: i32,
  vectors: i32,
  edges: i32,
  edgeCount: i32,
): void {
  const bytes = (<usize>n) << 3;
  const rows = (<usize>matrix) << 3;
  const deviations = (<usize>vectors) << 3;
  const nearest = deviations + bytes;
  const neighbor = nearest + bytes;
  let edge = (<usize>edges) << 3;
  const stop = edge + (<usize>edgeCount) * 24;
  for (let j: usize = 0; j < bytes; j += 8) {
    // Nothing is less than NaN: what is in the tree, or fills up, is never near.
    const isOpen = j > 0 && load<f64>(deviations + j) == load<f64>(deviations + j);
    store<f64>(nearest + j, isOpen ? Infinity : NaN);
  }
  let last: usize = 0;
  while (edge < stop) {
    last = joinNext(rows + last * bytes, last, deviations, bytes);
    const at = last << 3;
    store<f64>(edge, load<f64>(neighbor + at));
    store<f64>(edge, <f64>last, 8);
    store<f64>(edge, load<f64>(nearest + at), 16);
    store<f64>(nearest + at, NaN);
    edge += 24;
  }
}

/** Brings the distances to the tree up to date with its last asset, and gives the nearest outside. */
function joinNext(row: usize, last: usize, deviations: usize, bytes: usize): usize {
  const nearest = deviations + bytes;
  const neighbor = nearest + bytes;
  const deviation = v128.load64_splat(deviations + (last << 3));
  const self = f64x2.splat(<f64>last);
  const one = f64x2.splat(1);
  const least = f64x2.splat(-1);
  const zero = f64x2.splat(0);
  const two = f64x2.splat(2);
  let number = f64x2(0, 1);
  let best = f64x2.splat(Infinity);
  let place = f64x2.splat(0);
  for (let j: usize = 0; j < bytes; j += 16) {
    const scale = f64x2.mul(deviation, v128.load(deviations + j));
    const ratio = v128.bitselect(
      f64x2.div(v128.load(row + j), scale),
      zero,
      f64x2.gt(scale, zero),
    );
    const distance = f64x2.neg(f64x2.pmax(least, f64x2.pmin(one, ratio)));
    const known = v128.load(nearest + j);
    const isNearer = f64x2.lt(distance, known);
    const now = v128.bitselect(distance, known, isNearer);
    v128.store(nearest + j, now);
    v128.store(neighbor + j, v128.bitselect(self, v128.load(neighbor + j), isNearer));
    const isBest = f64x2.lt(now, best);
    best = v128.bitselect(now, best, isBest);
    place = v128.bitselect(number, place, isBest);
    number = f64x2.add(number, two);
  }
  const even = f64x2.extract_lane(best, 0);
  const odd = f64x2.extract_lane(best, 1);
  const evenPlace = f64x2.extract_lane(place, 0);
  const oddPlace = f64x2.extract_lane(place, 1);
  const isOdd = odd < even || (odd == even && oddPlace < evenPlace);
  return <usize>(isOdd ? oddPlace : evenPlace);
}
