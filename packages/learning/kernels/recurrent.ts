// Gates of recurrent layers. Offsets of exports count bytes, widths floats, multiples of 4.
import { hyperbolicTangent, sigmoid } from "./functions";

/**
 * Gates i, f, g, o of m rows of an LSTM, side by side in each row of `gates`: sums in, activations
 * out, with c = f·c₀ + i·g, its hyperbolic tangent, and h = o·tanh c.
 */
export function lstmForward(
  gates: usize,
  bias: usize,
  cellBefore: usize,
  cell: usize,
  cellTanh: usize,
  hidden: usize,
  m: i32,
  width: i32,
): void {
  const row = (<usize>width) << 2;
  for (let i = 0; i < m; i++) {
    for (let q: usize = 0; q < row; q += 16) {
      const z = gates + q;
      const b = bias + q;
      const input = sigmoid(f32x4.add(v128.load(z), v128.load(b)));
      const forget = sigmoid(f32x4.add(v128.load(z + row), v128.load(b + row)));
      const candidate = hyperbolicTangent(
        f32x4.add(v128.load(z + 2 * row), v128.load(b + 2 * row)),
      );
      const output = sigmoid(f32x4.add(v128.load(z + 3 * row), v128.load(b + 3 * row)));
      const c = f32x4.add(
        f32x4.mul(forget, v128.load(cellBefore + q)),
        f32x4.mul(input, candidate),
      );
      const t = hyperbolicTangent(c);
      v128.store(cell + q, c);
      v128.store(cellTanh + q, t);
      v128.store(hidden + q, f32x4.mul(output, t));
      v128.store(z, input);
      v128.store(z + row, forget);
      v128.store(z + 2 * row, candidate);
      v128.store(z + 3 * row, output);
    }
    gates += 4 * row;
    cellBefore += row;
    cell += row;
    cellTanh += row;
    hidden += row;
  }
}

/** Turns activations to gradients of the sums, and the gradient of c to that of c₀. */
export function lstmBackward(
  gates: usize,
  cellBefore: usize,
  cellTanh: usize,
  hiddenGradient: usize,
  cellGradient: usize,
  m: i32,
  width: i32,
): void {
  const row = (<usize>width) << 2;
  const one = f32x4.splat(1);
  for (let k = 0; k < m; k++) {
    for (let q: usize = 0; q < row; q += 16) {
      const z = gates + q;
      const input = v128.load(z);
      const forget = v128.load(z + row);
      const candidate = v128.load(z + 2 * row);
      const output = v128.load(z + 3 * row);
      const t = v128.load(cellTanh + q);
      const dh = v128.load(hiddenGradient + q);
      const dc = f32x4.add(
        v128.load(cellGradient + q),
        f32x4.mul(f32x4.mul(dh, output), f32x4.sub(one, f32x4.mul(t, t))),
      );
      v128.store(
        z,
        f32x4.mul(f32x4.mul(dc, candidate), f32x4.mul(input, f32x4.sub(one, input))),
      );
      v128.store(
        z + row,
        f32x4.mul(
          f32x4.mul(dc, v128.load(cellBefore + q)),
          f32x4.mul(forget, f32x4.sub(one, forget)),
        ),
      );
      v128.store(
        z + 2 * row,
        f32x4.mul(f32x4.mul(dc, input), f32x4.sub(one, f32x4.mul(candidate, candidate))),
      );
      v128.store(
        z + 3 * row,
        f32x4.mul(f32x4.mul(dh, t), f32x4.mul(output, f32x4.sub(one, output))),
      );
      v128.store(cellGradient + q, f32x4.mul(dc, forget));
    }
    gates += 4 * row;
    cellBefore += row;
    cellTanh += row;
    hiddenGradient += row;
    cellGradient += row;
  }
}

/**
 * Gates r, z, n of m rows of a GRU: of `inputs` the sums over x, of `states` those over h₀; four
 * biases, the last inside the reset gate. h = (1 − z)·n + z·h₀ with n = tanh(x + r·s).
 *
 * The activations take the place of `inputs`, and s that of the third of `states`.
 */
export function gruForward(
  inputs: usize,
  states: usize,
  bias: usize,
  hiddenBefore: usize,
  hidden: usize,
  m: i32,
  width: i32,
): void {
  const row = (<usize>width) << 2;
  const one = f32x4.splat(1);
  for (let i = 0; i < m; i++) {
    for (let q: usize = 0; q < row; q += 16) {
      const x = inputs + q;
      const u = states + q;
      const b = bias + q;
      const reset = sigmoid(
        f32x4.add(f32x4.add(v128.load(x), v128.load(u)), v128.load(b)),
      );
      const update = sigmoid(
        f32x4.add(f32x4.add(v128.load(x + row), v128.load(u + row)), v128.load(b + row)),
      );
      const inner = f32x4.add(v128.load(u + 2 * row), v128.load(b + 3 * row));
      const candidate = hyperbolicTangent(
        f32x4.add(
          f32x4.add(v128.load(x + 2 * row), v128.load(b + 2 * row)),
          f32x4.mul(reset, inner),
        ),
      );
      v128.store(
        hidden + q,
        f32x4.add(
          f32x4.mul(f32x4.sub(one, update), candidate),
          f32x4.mul(update, v128.load(hiddenBefore + q)),
        ),
      );
      v128.store(x, reset);
      v128.store(x + row, update);
      v128.store(x + 2 * row, candidate);
      v128.store(u + 2 * row, inner);
    }
    inputs += 3 * row;
    states += 3 * row;
    hiddenBefore += row;
    hidden += row;
  }
}

/**
 * Turns activations to gradients of the sums over x and over h₀, and the gradient of h to the part
 * of that of h₀ that does not pass through the gates.
 */
export function gruBackward(
  inputs: usize,
  states: usize,
  hiddenBefore: usize,
  hiddenGradient: usize,
  m: i32,
  width: i32,
): void {
  const row = (<usize>width) << 2;
  const one = f32x4.splat(1);
  for (let k = 0; k < m; k++) {
    for (let q: usize = 0; q < row; q += 16) {
      const x = inputs + q;
      const u = states + q;
      const reset = v128.load(x);
      const update = v128.load(x + row);
      const candidate = v128.load(x + 2 * row);
      const inner = v128.load(u + 2 * row);
      const dh = v128.load(hiddenGradient + q);
      const dn = f32x4.mul(
        f32x4.mul(dh, f32x4.sub(one, update)),
        f32x4.sub(one, f32x4.mul(candidate, candidate)),
      );
      const dz = f32x4.mul(
        f32x4.mul(dh, f32x4.sub(v128.load(hiddenBefore + q), candidate)),
        f32x4.mul(update, f32x4.sub(one, update)),
      );
      const dr = f32x4.mul(
        f32x4.mul(dn, inner),
        f32x4.mul(reset, f32x4.sub(one, reset)),
      );
      v128.store(x, dr);
      v128.store(x + row, dz);
      v128.store(x + 2 * row, dn);
      v128.store(u, dr);
      v128.store(u + row, dz);
      v128.store(u + 2 * row, f32x4.mul(dn, reset));
      v128.store(hiddenGradient + q, f32x4.mul(dh, update));
    }
    inputs += 3 * row;
    states += 3 * row;
    hiddenBefore += row;
    hiddenGradient += row;
  }
}
