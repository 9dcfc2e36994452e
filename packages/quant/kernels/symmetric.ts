// Offsets of exports count doubles. Row i of a matrix starts 8·i·stride bytes from its start.

/**
 * Adds rows of a matrix, each times its entry of x, to a product.
 *
 * @param held - Numbers of the rows.
 * @param n - Length of rows, of x and of the product.
 */
export function addRows(matrix: i32, n: i32, held: i32, count: i32, x: i32, product: i32): void {
  const rows = (<usize>matrix) << 3;
  const bytes = (<usize>n) << 3;
  const xs = (<usize>x) << 3;
  const out = (<usize>product) << 3;
  let list = (<usize>held) << 3;
  let k = 0;
  for (; k + 7 < count; k += 8) {
    addEight(rows, bytes, list, xs, out);
    list += 64;
  }
  for (; k + 3 < count; k += 4) {
    addFour(rows, bytes, list, xs, out);
    list += 32;
  }
  for (; k < count; k++) {
    const row = rows + rowOf(list, 0) * bytes;
    const factor = factorOf(list, 0, xs);
    for (let i: usize = 0; i < bytes; i += 8) {
      store<f64>(out + i, load<f64>(out + i) + factor * load<f64>(row + i));
    }
    list += 8;
  }
}

function rowOf(list: usize, k: usize): usize {
  return <usize>load<f64>(list + (k << 3));
}

function factorOf(list: usize, k: usize, x: usize): f64 {
  return load<f64>(x + (rowOf(list, k) << 3));
}

/** x₀r₀ + x₁r₁ + (x₂r₂ + x₃r₃), two columns side by side. */
function fourOf(
  at: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  x0: v128,
  x1: v128,
  x2: v128,
  x3: v128,
): v128 {
  const first = f64x2.add(
    f64x2.mul(x0, v128.load(r0 + at)),
    f64x2.mul(x1, v128.load(r1 + at)),
  );
  const second = f64x2.add(
    f64x2.mul(x2, v128.load(r2 + at)),
    f64x2.mul(x3, v128.load(r3 + at)),
  );
  return f64x2.add(first, second);
}

function addEight(rows: usize, bytes: usize, list: usize, x: usize, out: usize): void {
  const r0 = rows + rowOf(list, 0) * bytes;
  const r1 = rows + rowOf(list, 1) * bytes;
  const r2 = rows + rowOf(list, 2) * bytes;
  const r3 = rows + rowOf(list, 3) * bytes;
  const r4 = rows + rowOf(list, 4) * bytes;
  const r5 = rows + rowOf(list, 5) * bytes;
  const r6 = rows + rowOf(list, 6) * bytes;
  const r7 = rows + rowOf(list, 7) * bytes;
  const x0 = f64x2.splat(factorOf(list, 0, x));
  const x1 = f64x2.splat(factorOf(list, 1, x));
  const x2 = f64x2.splat(factorOf(list, 2, x));
  const x3 = f64x2.splat(factorOf(list, 3, x));
  const x4 = f64x2.splat(factorOf(list, 4, x));
  const x5 = f64x2.splat(factorOf(list, 5, x));
  const x6 = f64x2.splat(factorOf(list, 6, x));
  const x7 = f64x2.splat(factorOf(list, 7, x));
  const paired = bytes & ~15;
  for (let i: usize = 0; i < paired; i += 16) {
    const sum = f64x2.add(
      fourOf(i, r0, r1, r2, r3, x0, x1, x2, x3),
      fourOf(i, r4, r5, r6, r7, x4, x5, x6, x7),
    );
    v128.store(out + i, f64x2.add(v128.load(out + i), sum));
  }
  if (paired < bytes) {
    const i = paired;
    const first =
      factorOf(list, 0, x) * load<f64>(r0 + i) +
      factorOf(list, 1, x) * load<f64>(r1 + i) +
      (factorOf(list, 2, x) * load<f64>(r2 + i) + factorOf(list, 3, x) * load<f64>(r3 + i));
    const second =
      factorOf(list, 4, x) * load<f64>(r4 + i) +
      factorOf(list, 5, x) * load<f64>(r5 + i) +
      (factorOf(list, 6, x) * load<f64>(r6 + i) + factorOf(list, 7, x) * load<f64>(r7 + i));
    store<f64>(out + i, load<f64>(out + i) + (first + second));
  }
}

function addFour(rows: usize, bytes: usize, list: usize, x: usize, out: usize): void {
  const r0 = rows + rowOf(list, 0) * bytes;
  const r1 = rows + rowOf(list, 1) * bytes;
  const r2 = rows + rowOf(list, 2) * bytes;
  const r3 = rows + rowOf(list, 3) * bytes;
  const x0 = f64x2.splat(factorOf(list, 0, x));
  const x1 = f64x2.splat(factorOf(list, 1, x));
  const x2 = f64x2.splat(factorOf(list, 2, x));
  const x3 = f64x2.splat(factorOf(list, 3, x));
  const paired = bytes & ~15;
  for (let i: usize = 0; i < paired; i += 16) {
    let sum = f64x2.add(f64x2.mul(x0, v128.load(r0 + i)), f64x2.mul(x1, v128.load(r1 + i)));
    sum = f64x2.add(sum, f64x2.mul(x2, v128.load(r2 + i)));
    sum = f64x2.add(sum, f64x2.mul(x3, v128.load(r3 + i)));
    v128.store(out + i, f64x2.add(v128.load(out + i), sum));
  }
  if (paired < bytes) {
    const i = paired;
    const sum =
      factorOf(list, 0, x) * load<f64>(r0 + i) +
      factorOf(list, 1, x) * load<f64>(r1 + i) +
      factorOf(list, 2, x) * load<f64>(r2 + i) +
      factorOf(list, 3, x) * load<f64>(r3 + i);
    store<f64>(out + i, load<f64>(out + i) + sum);
  }
}

/**
 * Multiplies a symmetric matrix, of which the lower triangle counts, by x.
 *
 * Four rows at a time with their mirror images, then two, then one.
 *
 * @param stride - Even.
 * @param size - Number of rows. Up to three rows after the last are read and do not count.
 */
export function multiplySymmetric(
  entries: i32,
  stride: i32,
  size: i32,
  x: i32,
  product: i32,
): void {
  const bytes = (<usize>stride) << 3;
  const xs = (<usize>x) << 3;
  const out = (<usize>product) << 3;
  let first: i32 = 0;
  while (first < size) {
    const left = size - first;
    const count = left >= 4 ? 4 : left >= 2 ? 2 : 1;
    const end = (<usize>first) << 3;
    const rows = ((<usize>entries) << 3) + <usize>first * bytes;
    multiplyRows(rows, bytes, end, xs, out, count);
    if (count > 1) {
      multiplyCorner(rows + end, bytes, xs + end, out + end, count);
    }
    first += count;
  }
}

/** Multiplies up to four rows up to their diagonal block, and their mirror images. */
function multiplyRows(
  rows: usize,
  bytes: usize,
  end: usize,
  x: usize,
  out: usize,
  count: usize,
): void {
  const x0 = f64x2.splat(load<f64>(x + end));
  const x1 = f64x2.splat(count > 1 ? load<f64>(x + end, 8) : 0);
  const x2 = f64x2.splat(count > 2 ? load<f64>(x + end, 16) : 0);
  const x3 = f64x2.splat(count > 2 ? load<f64>(x + end, 24) : 0);
  // The diagonal entry of a last row comes first, that of others last.
  let s0: f64 = count > 1 ? 0 : load<f64>(rows + end) * load<f64>(x + end);
  let s1: f64 = 0;
  let s2: f64 = 0;
  let s3: f64 = 0;
  for (let b: usize = 0; b < end; b += 16) {
    const at = rows + b;
    const p0 = v128.load(at);
    const p1 = v128.load(at + bytes);
    const p2 = v128.load(at + 2 * bytes);
    const p3 = v128.load(at + 3 * bytes);
    const first = f64x2.add(f64x2.mul(p0, x0), f64x2.mul(p1, x1));
    const second = f64x2.add(f64x2.mul(p2, x2), f64x2.mul(p3, x3));
    v128.store(out + b, f64x2.add(v128.load(out + b), f64x2.add(first, second)));
    const xb = v128.load(x + b);
    s0 = addLanes(s0, f64x2.mul(p0, xb));
    s1 = addLanes(s1, f64x2.mul(p1, xb));
    s2 = addLanes(s2, f64x2.mul(p2, xb));
    s3 = addLanes(s3, f64x2.mul(p3, xb));
  }
  store<f64>(out + end, s0);
  if (count > 1) {
    store<f64>(out + end, s1, 8);
  }
  if (count > 2) {
    store<f64>(out + end, s2, 16);
    store<f64>(out + end, s3, 24);
  }
}

// @ts-ignore: decorator
@inline
function addLanes(sum: f64, terms: v128): f64 {
  return sum + f64x2.extract_lane(terms, 0) + f64x2.extract_lane(terms, 1);
}

/** Adds the products of a diagonal block of two or four rows. */
function multiplyCorner(block: usize, bytes: usize, x: usize, out: usize, count: usize): void {
  for (let r: usize = 0; r < count; r++) {
    let sum = load<f64>(out + (r << 3));
    for (let k: usize = 0; k < count; k++) {
      const entry = load<f64>(block + max(r, k) * bytes + (min(r, k) << 3));
      sum += entry * load<f64>(x + (k << 3));
    }
    store<f64>(out + (r << 3), sum);
  }
}

/**
 * Adds factor·xx' to the lower triangle of a matrix, and perhaps to the entry right of it.
 *
 * @param stride - Even.
 */
export function addOuter(entries: i32, stride: i32, size: i32, x: i32, factor: f64): void {
  const bytes = (<usize>stride) << 3;
  const xs = (<usize>x) << 3;
  for (let a = 0; a < size; a++) {
    const row = ((<usize>entries) << 3) + <usize>a * bytes;
    const scaled = f64x2.splat(load<f64>(xs + ((<usize>a) << 3)) * factor);
    const end = (<usize>(a + 1)) << 3;
    for (let b: usize = 0; b < end; b += 16) {
      v128.store(row + b, f64x2.add(v128.load(row + b), f64x2.mul(scaled, v128.load(xs + b))));
    }
  }
}
