// The exponential and what follows from it, four at a time.

/**
 * eˣ, to a relative error of about 1e-7, of x held between −87 and 88: x = n ln 2 + r, then a
 * polynomial in r (Cephes, expf).
 */
@inline export function exponential(x: v128): v128 {
  // Keeps a NaN, as the second of two is taken only when it is beyond the first.
  const held = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(88));
  // Numbers of this size have no fraction: their last bits are n.
  const rounder = f32x4.splat(12582912);
  const rounded = f32x4.add(f32x4.mul(held, f32x4.splat(1.4426950408889634)), rounder);
  const n = f32x4.sub(rounded, rounder);
  let r = f32x4.sub(held, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let y = f32x4.splat(1.98756915e-4);
  y = f32x4.add(f32x4.splat(1.3981999507e-3), f32x4.mul(y, r));
  y = f32x4.add(f32x4.splat(8.3334519073e-3), f32x4.mul(y, r));
  y = f32x4.add(f32x4.splat(4.1665795894e-2), f32x4.mul(y, r));
  y = f32x4.add(f32x4.splat(1.6666665459e-1), f32x4.mul(y, r));
  y = f32x4.add(f32x4.splat(5.0000001201e-1), f32x4.mul(y, r));
  y = f32x4.add(f32x4.add(r, f32x4.mul(y, f32x4.mul(r, r))), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23);
  return f32x4.mul(y, power);
}

/** 1/(1 + e⁻ˣ). */
@inline export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))));
}

/** tanh x = 1 − 2/(1 + e²ˣ). */
@inline export function hyperbolicTangent(x: v128): v128 {
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  return f32x4.sub(one, f32x4.div(two, f32x4.add(one, exponential(f32x4.mul(two, x)))));
}

/** Joins four sums in a fixed order. */
@inline export function joined(sum: v128): f32 {
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  );
}
