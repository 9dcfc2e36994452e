import type { KernelHeap } from "./kernel-set.ts";
import { hyperbolicTangent, sigmoid } from "./twin-functions.ts";

const { fround } = Math;

/** The twin of `gatedForward`. */
export function gatedForward(
  { floats }: KernelHeap,
  sums: number,
  bias: number,
  out: number,
  m: number,
  width: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let q = 0; q < width; q++) {
      const z = (sums >> 2) + 2 * i * width + q;
      const b = (bias >> 2) + q;
      const filter = hyperbolicTangent(fround(floats[z] + floats[b]));
      const gate = sigmoid(fround(floats[z + width] + floats[b + width]));
      floats[z] = filter;
      floats[z + width] = gate;
      floats[(out >> 2) + i * width + q] = filter * gate;
    }
  }
}

/** The twin of `gatedBackward`. */
export function gatedBackward(
  { floats }: KernelHeap,
  sums: number,
  gradient: number,
  m: number,
  width: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let q = 0; q < width; q++) {
      const z = (sums >> 2) + 2 * i * width + q;
      const g = floats[(gradient >> 2) + i * width + q];
      const filter = floats[z];
      const gate = floats[z + width];
      floats[z] = fround(g * gate) * fround(1 - fround(filter * filter));
      floats[z + width] = fround(g * filter) * fround(gate * fround(1 - gate));
    }
  }
}
