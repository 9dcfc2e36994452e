import type { KernelHeap } from "./kernel-set.ts";
import { hyperbolicTangent, sigmoid } from "./twin-functions.ts";

const { fround } = Math;

/** The twin of `lstmForward`. */
export function lstmForward(
  { floats }: KernelHeap,
  gates: number,
  bias: number,
  cellBefore: number,
  cell: number,
  cellTanh: number,
  hidden: number,
  m: number,
  width: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let q = 0; q < width; q++) {
      const z = (gates >> 2) + 4 * i * width + q;
      const b = (bias >> 2) + q;
      const at = i * width + q;
      const input = sigmoid(fround(floats[z] + floats[b]));
      const forget = sigmoid(fround(floats[z + width] + floats[b + width]));
      const candidate = hyperbolicTangent(fround(floats[z + 2 * width] + floats[b + 2 * width]));
      const output = sigmoid(fround(floats[z + 3 * width] + floats[b + 3 * width]));
      const kept = fround(forget * floats[(cellBefore >> 2) + at]);
      const c = fround(kept + fround(input * candidate));
      const t = hyperbolicTangent(c);
      floats[(cell >> 2) + at] = c;
      floats[(cellTanh >> 2) + at] = t;
      floats[(hidden >> 2) + at] = output * t;
      floats[z] = input;
      floats[z + width] = forget;
      floats[z + 2 * width] = candidate;
      floats[z + 3 * width] = output;
    }
  }
}

/** The twin of `lstmBackward`. */
export function lstmBackward(
  { floats }: KernelHeap,
  gates: number,
  cellBefore: number,
  cellTanh: number,
  hiddenGradient: number,
  cellGradient: number,
  m: number,
  width: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let q = 0; q < width; q++) {
      const z = (gates >> 2) + 4 * i * width + q;
      const at = i * width + q;
      const input = floats[z];
      const forget = floats[z + width];
      const candidate = floats[z + 2 * width];
      const output = floats[z + 3 * width];
      const t = floats[(cellTanh >> 2) + at];
      const dh = floats[(hiddenGradient >> 2) + at];
      const through = fround(fround(dh * output) * complement(fround(t * t)));
      const dc = fround(floats[(cellGradient >> 2) + at] + through);
      const before = floats[(cellBefore >> 2) + at];
      floats[z] = fround(dc * candidate) * fround(input * complement(input));
      floats[z + width] = fround(dc * before) * fround(forget * complement(forget));
      floats[z + 2 * width] = fround(dc * input) * complement(fround(candidate * candidate));
      floats[z + 3 * width] = fround(dh * t) * fround(output * complement(output));
      floats[(cellGradient >> 2) + at] = dc * forget;
    }
  }
}

/** The twin of `gruForward`. */
export function gruForward(
  { floats }: KernelHeap,
  inputs: number,
  states: number,
  bias: number,
  hiddenBefore: number,
  hidden: number,
  m: number,
  width: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let q = 0; q < width; q++) {
      const x = (inputs >> 2) + 3 * i * width + q;
      const u = (states >> 2) + 3 * i * width + q;
      const b = (bias >> 2) + q;
      const at = i * width + q;
      const reset = sigmoid(fround(fround(floats[x] + floats[u]) + floats[b]));
      const update = sigmoid(
        fround(fround(floats[x + width] + floats[u + width]) + floats[b + width]),
      );
      const inner = fround(floats[u + 2 * width] + floats[b + 3 * width]);
      const outer = fround(floats[x + 2 * width] + floats[b + 2 * width]);
      const candidate = hyperbolicTangent(fround(outer + fround(reset * inner)));
      const fresh = fround(complement(update) * candidate);
      floats[(hidden >> 2) + at] = fresh + fround(update * floats[(hiddenBefore >> 2) + at]);
      floats[x] = reset;
      floats[x + width] = update;
      floats[x + 2 * width] = candidate;
      floats[u + 2 * width] = inner;
    }
  }
}

/** The twin of `gruBackward`. */
export function gruBackward(
  { floats }: KernelHeap,
  inputs: number,
  states: number,
  hiddenBefore: number,
  hiddenGradient: number,
  m: number,
  width: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let q = 0; q < width; q++) {
      const x = (inputs >> 2) + 3 * i * width + q;
      const u = (states >> 2) + 3 * i * width + q;
      const at = i * width + q;
      const reset = floats[x];
      const update = floats[x + width];
      const candidate = floats[x + 2 * width];
      const inner = floats[u + 2 * width];
      const dh = floats[(hiddenGradient >> 2) + at];
      const change = fround(floats[(hiddenBefore >> 2) + at] - candidate);
      const dn = fround(
        fround(dh * complement(update)) * complement(fround(candidate * candidate)),
      );
      const dz = fround(fround(dh * change) * fround(update * complement(update)));
      const dr = fround(fround(dn * inner) * fround(reset * complement(reset)));
      floats[x] = dr;
      floats[x + width] = dz;
      floats[x + 2 * width] = dn;
      floats[u] = dr;
      floats[u + width] = dz;
      floats[u + 2 * width] = dn * reset;
      floats[(hiddenGradient >> 2) + at] = dh * update;
    }
  }
}

function complement(x: number): number {
  return fround(1 - x);
}
