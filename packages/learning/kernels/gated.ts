// Gated activations. Offsets of exports count bytes, widths floats, multiples of 4.
import { hyperbolicTangent, sigmoid } from "./functions";

/**
 * Filters and gates of m rows, side by side in each row of `sums`: sums in, activations out, and
 * out = tanh(filter + bias)·σ(gate + bias).
 */
export function gatedForward(sums: usize, bias: usize, out: usize, m: i32, width: i32): void {
  const row = (<usize>width) << 2;
  for (let i = 0; i < m; i++) {
    for (let q: usize = 0; q < row; q += 16) {
      const z = sums + q;
      const filter = hyperbolicTangent(f32x4.add(v128.load(z), v128.load(bias + q)));
      const gate = sigmoid(f32x4.add(v128.load(z + row), v128.load(bias + q + row)));
      v128.store(z, filter);
      v128.store(z + row, gate);
      v128.store(out + q, f32x4.mul(filter, gate));
    }
    sums += 2 * row;
    out += row;
  }
}

/** Turns activations to gradients of the sums. */
export function gatedBackward(sums: usize, gradient: usize, m: i32, width: i32): void {
  const row = (<usize>width) << 2;
  const one = f32x4.splat(1);
  for (let i = 0; i < m; i++) {
    for (let q: usize = 0; q < row; q += 16) {
      const z = sums + q;
      const filter = v128.load(z);
      const gate = v128.load(z + row);
      const g = v128.load(gradient + q);
      v128.store(
        z,
        f32x4.mul(f32x4.mul(g, gate), f32x4.sub(one, f32x4.mul(filter, filter))),
      );
      v128.store(
        z + row,
        f32x4.mul(f32x4.mul(g, filter), f32x4.mul(gate, f32x4.sub(one, gate))),
      );
    }
    sums += 2 * row;
    gradient += row;
  }
}
