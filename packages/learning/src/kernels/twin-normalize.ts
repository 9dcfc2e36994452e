import type { KernelHeap } from "./kernel-set.ts";

const { fround } = Math;
const EPSILON = fround(1e-5);

/** Adds every fourth of some floats, then the four sums. */
function joinedSum(at: (k: number) => number, length: number): number {
  const sums = [0, 0, 0, 0];
  for (let k = 0; k < length; k++) {
    sums[k & 3] = fround(sums[k & 3] + at(k));
  }
  return fround(fround(sums[0] + sums[1]) + fround(sums[2] + sums[3]));
}

/** The twin of `normalizeForward`. */
export function normalizeForward(
  { floats }: KernelHeap,
  x: number,
  gain: number,
  shift: number,
  normal: number,
  inverses: number,
  out: number,
  m: number,
  width: number,
  ownWidth: number,
): void {
  for (let i = 0; i < m; i++) {
    const row = (x >> 2) + i * width;
    const mean = fround(joinedSum((k) => floats[row + k], ownWidth) / ownWidth);
    const squares = joinedSum((k) => {
      const deviation = fround(floats[row + k] - mean);
      return fround(deviation * deviation);
    }, ownWidth);
    const variance = fround(squares / ownWidth);
    const inverse = fround(1 / fround(Math.sqrt(fround(variance + EPSILON))));
    floats[(inverses >> 2) + i] = inverse;
    for (let k = 0; k < ownWidth; k++) {
      const z = fround(fround(floats[row + k] - mean) * inverse);
      floats[(normal >> 2) + i * width + k] = z;
      const scaled = fround(z * floats[(gain >> 2) + k]);
      floats[(out >> 2) + i * width + k] = scaled + floats[(shift >> 2) + k];
    }
  }
}

/** The twin of `normalizeBackward`. */
export function normalizeBackward(
  { floats }: KernelHeap,
  gradient: number,
  gain: number,
  normal: number,
  inverses: number,
  gainGradient: number,
  inputGradient: number,
  m: number,
  width: number,
  ownWidth: number,
): void {
  for (let i = 0; i < m; i++) {
    const g = (gradient >> 2) + i * width;
    const z = (normal >> 2) + i * width;
    const scaled = (k: number) => fround(floats[g + k] * floats[(gain >> 2) + k]);
    const mean = fround(joinedSum(scaled, ownWidth) / ownWidth);
    const products = joinedSum((k) => fround(scaled(k) * floats[z + k]), ownWidth);
    const slope = fround(products / ownWidth);
    const inverse = floats[(inverses >> 2) + i];
    for (let k = 0; k < ownWidth; k++) {
      floats[(gainGradient >> 2) + k] += fround(floats[g + k] * floats[z + k]);
      const along = fround(floats[z + k] * slope);
      const centered = fround(fround(scaled(k) - mean) - along);
      floats[(inputGradient >> 2) + i * width + k] = inverse * centered;
    }
  }
}
