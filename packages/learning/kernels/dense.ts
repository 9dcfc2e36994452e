// Steps between the products of dense layers. Offsets of exports count bytes, widths floats; widths
// are multiples of 4.

/** Adds a row to each of m rows; with `rectifies`, negative sums become 0. */
export function addBias(x: usize, bias: usize, m: i32, width: i32, rectifies: bool): void {
  const row = (<usize>width) << 2;
  const floor = f32x4.splat(rectifies ? 0 : -Infinity);
  for (let i = 0; i < m; i++) {
    for (let q: usize = 0; q < row; q += 16) {
      v128.store(x + q, f32x4.pmax(f32x4.add(v128.load(x + q), v128.load(bias + q)), floor));
    }
    x += row;
  }
}

/** Sets gradients to 0 where what was rectified is not positive. */
export function maskRectified(gradient: usize, activation: usize, length: i32): void {
  const zero = f32x4.splat(0);
  const end = gradient + ((<usize>length) << 2);
  for (; gradient < end; gradient += 16) {
    const isPositive = f32x4.gt(v128.load(activation), zero);
    v128.store(gradient, v128.and(v128.load(gradient), isPositive));
    activation += 16;
  }
}

/** Adds the sum of m rows to a row. */
export function addColumnSums(x: usize, out: usize, m: i32, width: i32): void {
  const row = (<usize>width) << 2;
  for (let q: usize = 0; q < row; q += 16) {
    let sum = v128.load(out + q);
    let at = x + q;
    for (let i = 0; i < m; i++) {
      sum = f32x4.add(sum, v128.load(at));
      at += row;
    }
    v128.store(out + q, sum);
  }
}

/** Adds one row of floats to another. */
export function addTo(out: usize, x: usize, length: i32): void {
  const end = out + ((<usize>length) << 2);
  for (; out < end; out += 16) {
    v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
    x += 16;
  }
}

/** Copies the rows of a list, one after the other. */
export function gatherRows(x: usize, list: usize, out: usize, m: i32, rowBytes: i32): void {
  for (let i = 0; i < m; i++) {
    memory.copy(out, x + <usize>load<i32>(list) * <usize>rowBytes, rowBytes);
    out += rowBytes;
    list += 4;
  }
}

/**
 * A step of Adam: means of gradients m and of their squares v, parameters p −= s·m/(√(c·v) + ε),
 * less the share `decay` of them.
 */
export function adamStep(
  parameters: usize,
  gradients: usize,
  means: usize,
  squares: usize,
  length: i32,
  stepSize: f32,
  squareCorrection: f32,
  decay: f32,
): void {
  const step = f32x4.splat(stepSize);
  const correction = f32x4.splat(squareCorrection);
  const kept = f32x4.splat(<f32>1 - decay);
  const epsilon = f32x4.splat(1e-7);
  const end = (<usize>length) << 2;
  for (let q: usize = 0; q < end; q += 16) {
    const g = v128.load(gradients + q);
    const m = f32x4.add(
      f32x4.mul(f32x4.splat(0.9), v128.load(means + q)),
      f32x4.mul(f32x4.splat(0.1), g),
    );
    const v = f32x4.add(
      f32x4.mul(f32x4.splat(0.999), v128.load(squares + q)),
      f32x4.mul(f32x4.splat(0.001), f32x4.mul(g, g)),
    );
    v128.store(means + q, m);
    v128.store(squares + q, v);
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(v, correction)), epsilon);
    const p = f32x4.mul(kept, v128.load(parameters + q));
    v128.store(parameters + q, f32x4.sub(p, f32x4.div(f32x4.mul(step, m), size)));
  }
}
