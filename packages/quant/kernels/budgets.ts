// Offsets of exports count doubles. Row i of the matrix starts 8·i·n bytes from its start.

/**
 * Moves every yᵢ to the root of yᵢ² + aᵢyᵢ = bᵢ, aᵢ = pᵢ/σᵢ − yᵢ, one after the other, and p = Σ(y/σ) along.
 *
 * One pass over the lower triangle, four rows at a time: what they have to do with earlier rows is
 * added to their own p before they move, and to that of earlier rows after.
 *
 * @param matrix - Σ, row-major, n × n; the lower triangle counts.
 * @param n - A multiple of 4.
 * @param vectors - y, σ, b, p, then room, n doubles each.
 */
export function sweepBudgets(matrix: i32, n: i32, vectors: i32): void {
  const bytes = (<usize>n) << 3;
  const y = (<usize>vectors) << 3;
  const products = y + 3 * bytes;
  const change = products + bytes;
  for (let i = 0; i < n; i += 4) {
    const first = (<usize>i) << 3;
    const rows = ((<usize>matrix) << 3) + <usize>i * bytes;
    gather(rows, bytes, first, change, products + first);
    moveFour(rows + first, bytes, y + first, bytes);
    scatter(rows, bytes, first, change, products);
  }
}

/** Adds four rows, from their first column to the diagonal block, times the changes so far to four p. */
function gather(rows: usize, bytes: usize, end: usize, change: usize, products: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  for (let j: usize = 0; j < end; j += 16) {
    const c = v128.load(change + j);
    const at = rows + j;
    s0 = f64x2.add(s0, f64x2.mul(v128.load(at), c));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(at + bytes), c));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(at + 2 * bytes), c));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(at + 3 * bytes), c));
  }
  addSum(products, s0);
  addSum(products + 8, s1);
  addSum(products + 16, s2);
  addSum(products + 24, s3);
}

function addSum(at: usize, sums: v128): void {
  const sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  store<f64>(at, load<f64>(at) + sum);
}

/** Moves the four assets of a diagonal block; vectors lie `bytes` apart from y on. */
function moveFour(block: usize, rowBytes: usize, y: usize, bytes: usize): void {
  const deviations = y + bytes;
  const budgets = deviations + bytes;
  const products = budgets + bytes;
  const change = products + bytes;
  for (let r: usize = 0; r < 32; r += 8) {
    const row = block + (r >> 3) * rowBytes;
    const deviation = load<f64>(deviations + r);
    const budget = load<f64>(budgets + r);
    const before = load<f64>(y + r);
    const a = load<f64>(products + r) / deviation - before;
    const root = sqrt(a * a + 4 * budget);
    const moved = a > 0 ? (2 * budget) / (a + root) : (root - a) / 2;
    const step = (moved - before) / deviation;
    store<f64>(y + r, moved);
    store<f64>(change + r, step);
    for (let k: usize = 0; k <= r; k += 8) {
      store<f64>(products + k, load<f64>(products + k) + load<f64>(row + k) * step);
    }
    for (let k = r + 8; k < 32; k += 8) {
      const mirrored = load<f64>(block + (k >> 3) * rowBytes + r);
      store<f64>(products + k, load<f64>(products + k) + mirrored * step);
    }
  }
}

/** Adds the changes of four rows to p of the columns before the diagonal block. */
function scatter(rows: usize, bytes: usize, end: usize, change: usize, products: usize): void {
  const c0 = v128.load64_splat(change + end);
  const c1 = v128.load64_splat(change + end, 8);
  const c2 = v128.load64_splat(change + end, 16);
  const c3 = v128.load64_splat(change + end, 24);
  for (let j: usize = 0; j < end; j += 16) {
    const at = rows + j;
    const first = f64x2.add(
      f64x2.mul(v128.load(at), c0),
      f64x2.mul(v128.load(at + bytes), c1),
    );
    const second = f64x2.add(
      f64x2.mul(v128.load(at + 2 * bytes), c2),
      f64x2.mul(v128.load(at + 3 * bytes), c3),
    );
    v128.store(products + j, f64x2.add(v128.load(products + j), f64x2.add(first, second)));
  }
}
