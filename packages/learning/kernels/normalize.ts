// Normalization of rows. Offsets of exports count bytes, widths floats.
import { joined } from "./functions";

/**
 * Brings each of m rows to mean 0 and variance 1, then scales and shifts each column.
 *
 * @param normal - Takes the rows before they are scaled.
 * @param inverses - Takes one over the standard deviation of each row.
 * @param ownWidth - Columns that count, a multiple of 4.
 */
export function normalizeForward(
  x: usize,
  gain: usize,
  shift: usize,
  normal: usize,
  inverses: usize,
  out: usize,
  m: i32,
  width: i32,
  ownWidth: i32,
): void {
  const row = (<usize>width) << 2;
  const own = (<usize>ownWidth) << 2;
  const count = f32x4.splat(<f32>ownWidth);
  for (let i = 0; i < m; i++) {
    let sum = f32x4.splat(0);
    for (let q: usize = 0; q < own; q += 16) {
      sum = f32x4.add(sum, v128.load(x + q));
    }
    const mean = f32x4.div(f32x4.splat(joined(sum)), count);
    let squares = f32x4.splat(0);
    for (let q: usize = 0; q < own; q += 16) {
      const deviation = f32x4.sub(v128.load(x + q), mean);
      squares = f32x4.add(squares, f32x4.mul(deviation, deviation));
    }
    const variance = f32x4.div(f32x4.splat(joined(squares)), count);
    const deviation = f32x4.sqrt(f32x4.add(variance, f32x4.splat(1e-5)));
    const inverse = f32x4.div(f32x4.splat(1), deviation);
    store<f32>(inverses, f32x4.extract_lane(inverse, 0));
    for (let q: usize = 0; q < own; q += 16) {
      const z = f32x4.mul(f32x4.sub(v128.load(x + q), mean), inverse);
      v128.store(normal + q, z);
      v128.store(out + q, f32x4.add(f32x4.mul(z, v128.load(gain + q)), v128.load(shift + q)));
    }
    x += row;
    normal += row;
    out += row;
    inverses += 4;
  }
}

/** Adds to the gradient of the gain, and computes that of what came in. */
export function normalizeBackward(
  gradient: usize,
  gain: usize,
  normal: usize,
  inverses: usize,
  gainGradient: usize,
  inputGradient: usize,
  m: i32,
  width: i32,
  ownWidth: i32,
): void {
  const row = (<usize>width) << 2;
  const own = (<usize>ownWidth) << 2;
  const count = f32x4.splat(<f32>ownWidth);
  for (let i = 0; i < m; i++) {
    let sum = f32x4.splat(0);
    let products = f32x4.splat(0);
    for (let q: usize = 0; q < own; q += 16) {
      const g = v128.load(gradient + q);
      const z = v128.load(normal + q);
      const scaled = f32x4.mul(g, v128.load(gain + q));
      sum = f32x4.add(sum, scaled);
      products = f32x4.add(products, f32x4.mul(scaled, z));
      const to = gainGradient + q;
      v128.store(to, f32x4.add(v128.load(to), f32x4.mul(g, z)));
    }
    const mean = f32x4.div(f32x4.splat(joined(sum)), count);
    const slope = f32x4.div(f32x4.splat(joined(products)), count);
    const inverse = v128.load_splat<f32>(inverses);
    for (let q: usize = 0; q < own; q += 16) {
      const scaled = f32x4.mul(v128.load(gradient + q), v128.load(gain + q));
      const along = f32x4.mul(v128.load(normal + q), slope);
      const centered = f32x4.sub(f32x4.sub(scaled, mean), along);
      v128.store(inputGradient + q, f32x4.mul(inverse, centered));
    }
    gradient += row;
    normal += row;
    inputGradient += row;
    inverses += 4;
  }
}
