// Offsets of exports count doubles.

/**
 * Reduces a symmetric matrix to a tridiagonal one, by Householder reflections.
 *
 * @param work - The matrix, row-major, n × n; the lower triangle counts. Its diagonal becomes that
 *   of the tridiagonal matrix.
 * @param reflectors - Takes, in row k from k + 1 on, v of step k with ‖v‖² = 2, or 0.
 * @param offDiagonal - Takes the n entries beside the diagonal; the last is 0.
 * @param product - Room for n doubles.
 */
export function tridiagonalize(
  work: i32,
  n: i32,
  reflectors: i32,
  offDiagonal: i32,
  product: i32,
): void {
  const a = (<usize>work) << 3;
  const p = (<usize>product) << 3;
  const rowBytes = (<usize>n) << 3;
  memory.fill((<usize>reflectors) << 3, 0, rowBytes * <usize>n);
  memory.fill((<usize>offDiagonal) << 3, 0, rowBytes);
  for (let k = 0; k < n - 1; k++) {
    const v = ((<usize>reflectors) << 3) + <usize>k * rowBytes;
    const alpha = columnReflector(a, n, k, v);
    store<f64>((<usize>(offDiagonal + k)) << 3, alpha);
    if (load<f64>(v + (<usize>(k + 1) << 3)) !== 0) {
      multiplyTrailing(a, n, k + 1, v, p);
      balanceProduct(n, k + 1, v, p);
      reflectTrailing(a, n, k + 1, v, p);
    }
  }
}

/** Finds v that maps column k below its diagonal to a multiple of the first unit vector. */
function columnReflector(a: usize, n: i32, k: i32, v: usize): f64 {
  let scale: f64 = 0;
  for (let i = k + 1; i < n; i++) {
    scale = Math.max(scale, Math.abs(load<f64>(a + ((<usize>i * <usize>n + <usize>k) << 3))));
  }
  if (scale === 0) {
    return 0;
  }
  let squared: f64 = 0;
  for (let i = k + 1; i < n; i++) {
    const entry = load<f64>(a + ((<usize>i * <usize>n + <usize>k) << 3)) / scale;
    store<f64>(v + (<usize>i << 3), entry);
    squared += entry * entry;
  }
  const head = load<f64>(v + (<usize>(k + 1) << 3));
  const alpha = head > 0 ? -Math.sqrt(squared) : Math.sqrt(squared);
  // ‖x − αe‖² = 2(‖x‖² − α·x₁), and v is scaled to squared length 2.
  const shrink = 1 / Math.sqrt(squared - alpha * head);
  store<f64>(v + (<usize>(k + 1) << 3), head - alpha);
  for (let i = k + 1; i < n; i++) {
    const at = v + (<usize>i << 3);
    store<f64>(at, load<f64>(at) * shrink);
  }
  return alpha * scale;
}

/** Computes p = Bv for the symmetric trailing block from `first` on: rows in fours. */
function multiplyTrailing(a: usize, n: i32, first: i32, v: usize, p: usize): void {
  const remainder = (n - first) & 3;
  const start = first + remainder;
  memory.fill(p + (<usize>first << 3), 0, (<usize>(n - first)) << 3);
  multiplyCorner(a, n, first, start, v, p);
  for (let i = start; i < n; i += 4) {
    multiplyFourRows(a, n, first, i, v, p);
    multiplyCorner(a, n, i, i + 4, v, p);
  }
}

/** Adds the product of the triangle of rows and columns start … end − 1. */
function multiplyCorner(a: usize, n: i32, start: i32, end: i32, v: usize, p: usize): void {
  for (let i = start; i < end; i++) {
    const row = a + ((<usize>i * <usize>n) << 3);
    const vi = load<f64>(v + (<usize>i << 3));
    let sum = load<f64>(p + (<usize>i << 3));
    for (let j = start; j < i; j++) {
      const at = <usize>j << 3;
      const entry = load<f64>(row + at);
      sum += entry * load<f64>(v + at);
      store<f64>(p + at, load<f64>(p + at) + entry * vi);
    }
    sum += load<f64>(row + (<usize>i << 3)) * vi;
    store<f64>(p + (<usize>i << 3), sum);
  }
}

/** Adds the products of rows i … i + 3 left of column i, and of their mirror image. */
function multiplyFourRows(a: usize, n: i32, first: i32, i: i32, v: usize, p: usize): void {
  const rowBytes = (<usize>n) << 3;
  const r0 = a + <usize>i * rowBytes;
  const r1 = r0 + rowBytes;
  const r2 = r1 + rowBytes;
  const r3 = r2 + rowBytes;
  const vi = v + (<usize>i << 3);
  const v0 = v128.load64_splat(vi);
  const v1 = v128.load64_splat(vi, 8);
  const v2 = v128.load64_splat(vi, 16);
  const v3 = v128.load64_splat(vi, 24);
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  let at = (<usize>first) << 3;
  const end = (<usize>i) << 3;
  if ((i - first) & 1) {
    // An odd column goes in the first of both lanes.
    const zero = f64x2.splat(0);
    const b = v128.load64_zero(v + at);
    const c0 = v128.load64_zero(r0 + at);
    const c1 = v128.load64_zero(r1 + at);
    const c2 = v128.load64_zero(r2 + at);
    const c3 = v128.load64_zero(r3 + at);
    s0 = f64x2.add(zero, f64x2.mul(c0, b));
    s1 = f64x2.add(zero, f64x2.mul(c1, b));
    s2 = f64x2.add(zero, f64x2.mul(c2, b));
    s3 = f64x2.add(zero, f64x2.mul(c3, b));
    const low = f64x2.add(f64x2.mul(c0, v0), f64x2.mul(c1, v1));
    const high = f64x2.add(f64x2.mul(c2, v2), f64x2.mul(c3, v3));
    const added = f64x2.extract_lane(f64x2.add(low, high), 0);
    store<f64>(p + at, load<f64>(p + at) + added);
    at += 8;
  }
  while (at < end) {
    const b = v128.load(v + at);
    const c0 = v128.load(r0 + at);
    const c1 = v128.load(r1 + at);
    const c2 = v128.load(r2 + at);
    const c3 = v128.load(r3 + at);
    s0 = f64x2.add(s0, f64x2.mul(c0, b));
    s1 = f64x2.add(s1, f64x2.mul(c1, b));
    s2 = f64x2.add(s2, f64x2.mul(c2, b));
    s3 = f64x2.add(s3, f64x2.mul(c3, b));
    const low = f64x2.add(f64x2.mul(c0, v0), f64x2.mul(c1, v1));
    const high = f64x2.add(f64x2.mul(c2, v2), f64x2.mul(c3, v3));
    v128.store(p + at, f64x2.add(v128.load(p + at), f64x2.add(low, high)));
    at += 16;
  }
  addLanes(p + end, s0);
  addLanes(p + end + 8, s1);
  addLanes(p + end + 16, s2);
  addLanes(p + end + 24, s3);
}

function addLanes(at: usize, lanes: v128): void {
  const sum = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
  store<f64>(at, load<f64>(at) + sum);
}

/** Takes ½(p·v)·v from p. */
function balanceProduct(n: i32, first: i32, v: usize, p: usize): void {
  let half: f64 = 0;
  for (let i = first; i < n; i++) {
    half += load<f64>(p + (<usize>i << 3)) * load<f64>(v + (<usize>i << 3));
  }
  half /= 2;
  for (let i = first; i < n; i++) {
    const at = p + (<usize>i << 3);
    store<f64>(at, load<f64>(at) - half * load<f64>(v + (<usize>i << 3)));
  }
}

/** Takes vp' + pv' from the lower triangle of the trailing block. */
function reflectTrailing(a: usize, n: i32, first: i32, v: usize, p: usize): void {
  for (let i = first; i < n; i++) {
    const row = a + ((<usize>i * <usize>n) << 3);
    const vi = v128.load64_splat(v + (<usize>i << 3));
    const pi = v128.load64_splat(p + (<usize>i << 3));
    let at = (<usize>first) << 3;
    const end = (<usize>i) << 3;
    while (at < end) {
      const taken = f64x2.add(
        f64x2.mul(vi, v128.load(p + at)),
        f64x2.mul(pi, v128.load(v + at)),
      );
      v128.store(row + at, f64x2.sub(v128.load(row + at), taken));
      at += 16;
    }
    if (at === end) {
      const taken =
        f64x2.extract_lane(vi, 0) * load<f64>(p + at) + f64x2.extract_lane(pi, 0) * load<f64>(v + at);
      store<f64>(row + at, load<f64>(row + at) - taken);
    }
  }
}
