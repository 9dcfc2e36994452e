// Products of row-major matrices of floats. Offsets of exports count bytes. Every sum adds its terms
// one after the other and is rounded after every step.

@inline function addScaled(sum: v128, factor: v128, row: v128): v128 {
  return f32x4.add(sum, f32x4.mul(factor, row));
}

// Floats of a slab of rows, which stays in the nearest cache while it meets every column.
const SLAB = 4096;

/** Rows of a slab of rows of `width` floats. */
@inline function slabRows(width: i32): i32 {
  return max<i32>(32, (SLAB / width) & ~3);
}

/**
 * C = AB, or C += AB, of shapes (m, k) and (k, n).
 *
 * m is a multiple of 4 and n one of 8.
 */
export function multiply(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32, adds: bool): void {
  const slab = slabRows(k);
  const aBytes = <usize>slab * <usize>k << 2;
  const cBytes = <usize>slab * <usize>n << 2;
  for (let first = 0; first < m; first += slab) {
    multiplySlab(a, b, c, min<i32>(slab, m - first), k, n, adds);
    a += aBytes;
    c += cBytes;
  }
}

function multiplySlab(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32, adds: bool): void {
  const aRow = (<usize>k) << 2;
  const row = (<usize>n) << 2;
  for (let j: usize = 0; j < row; j += 32) {
    for (let i = 0; i < m; i += 4) {
      const a0 = a + <usize>i * aRow;
      const a1 = a0 + aRow;
      const a2 = a1 + aRow;
      const a3 = a2 + aRow;
      const c0 = c + <usize>i * row + j;
      const c1 = c0 + row;
      const c2 = c1 + row;
      const c3 = c2 + row;
      let s00 = f32x4.splat(0);
      let s01 = s00;
      let s10 = s00;
      let s11 = s00;
      let s20 = s00;
      let s21 = s00;
      let s30 = s00;
      let s31 = s00;
      if (adds) {
        s00 = v128.load(c0);
        s01 = v128.load(c0, 16);
        s10 = v128.load(c1);
        s11 = v128.load(c1, 16);
        s20 = v128.load(c2);
        s21 = v128.load(c2, 16);
        s30 = v128.load(c3);
        s31 = v128.load(c3, 16);
      }
      let bRow = b + j;
      for (let p: usize = 0; p < aRow; p += 4) {
        const b0 = v128.load(bRow);
        const b1 = v128.load(bRow, 16);
        bRow += row;
        const f0 = v128.load_splat<f32>(a0 + p);
        s00 = addScaled(s00, f0, b0);
        s01 = addScaled(s01, f0, b1);
        const f1 = v128.load_splat<f32>(a1 + p);
        s10 = addScaled(s10, f1, b0);
        s11 = addScaled(s11, f1, b1);
        const f2 = v128.load_splat<f32>(a2 + p);
        s20 = addScaled(s20, f2, b0);
        s21 = addScaled(s21, f2, b1);
        const f3 = v128.load_splat<f32>(a3 + p);
        s30 = addScaled(s30, f3, b0);
        s31 = addScaled(s31, f3, b1);
      }
      v128.store(c0, s00);
      v128.store(c0, s01, 16);
      v128.store(c1, s10);
      v128.store(c1, s11, 16);
      v128.store(c2, s20);
      v128.store(c2, s21, 16);
      v128.store(c3, s30);
      v128.store(c3, s31, 16);
    }
  }
}

/**
 * C = A'B, or C += A'B, of shapes (m, k) and (m, n).
 *
 * k is a multiple of 4 and n one of 8.
 */
export function multiplyTransposed(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  k: i32,
  n: i32,
  adds: bool,
): void {
  const slab = slabRows(n);
  const aBytes = <usize>slab * <usize>k << 2;
  const bBytes = <usize>slab * <usize>n << 2;
  for (let first = 0; first < m; first += slab) {
    addTransposedSlab(a, b, c, min<i32>(slab, m - first), k, n, adds || first > 0);
    a += aBytes;
    b += bBytes;
  }
}

function addTransposedSlab(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  k: i32,
  n: i32,
  adds: bool,
): void {
  const aRow = (<usize>k) << 2;
  const row = (<usize>n) << 2;
  for (let p: usize = 0; p < aRow; p += 16) {
    for (let j: usize = 0; j < row; j += 32) {
      const c0 = c + (p >> 2) * row + j;
      const c1 = c0 + row;
      const c2 = c1 + row;
      const c3 = c2 + row;
      let s00 = f32x4.splat(0);
      let s01 = s00;
      let s10 = s00;
      let s11 = s00;
      let s20 = s00;
      let s21 = s00;
      let s30 = s00;
      let s31 = s00;
      if (adds) {
        s00 = v128.load(c0);
        s01 = v128.load(c0, 16);
        s10 = v128.load(c1);
        s11 = v128.load(c1, 16);
        s20 = v128.load(c2);
        s21 = v128.load(c2, 16);
        s30 = v128.load(c3);
        s31 = v128.load(c3, 16);
      }
      let from = a + p;
      let bRow = b + j;
      for (let i = 0; i < m; i++) {
        const b0 = v128.load(bRow);
        const b1 = v128.load(bRow, 16);
        bRow += row;
        const f0 = v128.load_splat<f32>(from);
        s00 = addScaled(s00, f0, b0);
        s01 = addScaled(s01, f0, b1);
        const f1 = v128.load_splat<f32>(from, 4);
        s10 = addScaled(s10, f1, b0);
        s11 = addScaled(s11, f1, b1);
        const f2 = v128.load_splat<f32>(from, 8);
        s20 = addScaled(s20, f2, b0);
        s21 = addScaled(s21, f2, b1);
        const f3 = v128.load_splat<f32>(from, 12);
        s30 = addScaled(s30, f3, b0);
        s31 = addScaled(s31, f3, b1);
        from += aRow;
      }
      v128.store(c0, s00);
      v128.store(c0, s01, 16);
      v128.store(c1, s10);
      v128.store(c1, s11, 16);
      v128.store(c2, s20);
      v128.store(c2, s21, 16);
      v128.store(c3, s30);
      v128.store(c3, s31, 16);
    }
  }
}

/** Writes the transpose of a matrix of shape (m, n). */
export function transpose(a: usize, out: usize, m: i32, n: i32): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      store<f32>(out + ((<usize>j * m + i) << 2), load<f32>(a + ((<usize>i * n + j) << 2)));
    }
  }
}
