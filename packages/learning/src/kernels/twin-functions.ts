const { fround } = Math;
// Numbers of this size have no fraction: their last bits are those of an integer.
const ROUNDER = 12_582_912;
const LOG2_E = fround(Math.LOG2E);
const LN2_HIGH = fround(0.693_359_375);
const LN2_LOW = fround(-2.121_944_4e-4);
const POLYNOMIAL = Float32Array.of(
  1.987_569_15e-4,
  1.398_199_950_7e-3,
  8.333_451_907_3e-3,
  4.166_579_589_4e-2,
  1.666_666_545_9e-1,
  5.000_000_120_1e-1,
);
const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** The twin of `exponential`. */
export function exponential(x: number): number {
  const held = Math.min(88, Math.max(-87, x));
  const rounded = fround(fround(held * LOG2_E) + ROUNDER);
  const n = fround(rounded - ROUNDER);
  let r = fround(held - fround(n * LN2_HIGH));
  r = fround(r - fround(n * LN2_LOW));
  let y = POLYNOMIAL[0];
  for (let k = 1; k < POLYNOMIAL.length; k++) {
    y = fround(POLYNOMIAL[k] + fround(y * r));
  }
  y = fround(fround(r + fround(y * fround(r * r))) + 1);
  float[0] = rounded;
  bits[0] = (bits[0] + 127) << 23;
  return fround(y * float[0]);
}

/** The twin of `sigmoid`. */
export function sigmoid(x: number): number {
  return fround(1 / fround(1 + exponential(-x)));
}

/** The twin of `hyperbolicTangent`. */
export function hyperbolicTangent(x: number): number {
  return fround(1 - fround(2 / fround(1 + exponential(fround(2 * x)))));
}

/** The twin of `joined`: adds every fourth product of floats, then the four sums. */
export function joinedProducts(floats: Float32Array, x: number, y: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let k = 0; k < length; k += 4) {
    s0 = fround(s0 + fround(floats[x + k] * floats[y + k]));
    s1 = fround(s1 + fround(floats[x + k + 1] * floats[y + k + 1]));
    s2 = fround(s2 + fround(floats[x + k + 2] * floats[y + k + 2]));
    s3 = fround(s3 + fround(floats[x + k + 3] * floats[y + k + 3]));
  }
  return fround(fround(s0 + s1) + fround(s2 + s3));
}
