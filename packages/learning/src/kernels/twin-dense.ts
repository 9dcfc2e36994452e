import type { KernelHeap } from "./kernel-set.ts";

const { fround } = Math;
const MEAN_KEPT = fround(0.9);
const MEAN_NEW = fround(0.1);
const SQUARE_KEPT = fround(0.999);
const SQUARE_NEW = fround(0.001);
const EPSILON = fround(1e-7);

/** The twin of `addBias`. */
export function addBias(
  { floats }: KernelHeap,
  x: number,
  bias: number,
  m: number,
  width: number,
  rectifies: boolean,
): void {
  const floor = rectifies ? 0 : Number.NEGATIVE_INFINITY;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < width; j++) {
      const at = (x >> 2) + i * width + j;
      floats[at] += floats[(bias >> 2) + j];
      if (floats[at] < floor) {
        floats[at] = floor;
      }
    }
  }
}

/** The twin of `maskRectified`. */
export function maskRectified(
  { floats }: KernelHeap,
  gradient: number,
  activation: number,
  length: number,
): void {
  for (let k = 0; k < length; k++) {
    if (!(floats[(activation >> 2) + k] > 0)) {
      floats[(gradient >> 2) + k] = 0;
    }
  }
}

/** The twin of `addColumnSums`. */
export function addColumnSums(
  { floats }: KernelHeap,
  x: number,
  out: number,
  m: number,
  width: number,
): void {
  for (let j = 0; j < width; j++) {
    for (let i = 0; i < m; i++) {
      floats[(out >> 2) + j] += floats[(x >> 2) + i * width + j];
    }
  }
}

/** The twin of `addTo`. */
export function addTo({ floats }: KernelHeap, out: number, x: number, length: number): void {
  for (let k = 0; k < length; k++) {
    floats[(out >> 2) + k] += floats[(x >> 2) + k];
  }
}

/** The twin of `gatherRows`. */
export function gatherRows(
  { bytes, integers }: KernelHeap,
  x: number,
  list: number,
  out: number,
  m: number,
  rowBytes: number,
): void {
  for (let i = 0; i < m; i++) {
    const start = x + integers[(list >> 2) + i] * rowBytes;
    bytes.copyWithin(out + i * rowBytes, start, start + rowBytes);
  }
}

/** The twin of `adamStep`. */
export function adamStep(
  { floats }: KernelHeap,
  parameters: number,
  gradients: number,
  means: number,
  squares: number,
  length: number,
  stepSize: number,
  squareCorrection: number,
  decay: number,
): void {
  const step = fround(stepSize);
  const correction = fround(squareCorrection);
  const kept = fround(1 - fround(decay));
  for (let k = 0; k < length; k++) {
    const g = floats[(gradients >> 2) + k];
    const mean = fround(fround(MEAN_KEPT * floats[(means >> 2) + k]) + fround(MEAN_NEW * g));
    const square = fround(
      fround(SQUARE_KEPT * floats[(squares >> 2) + k]) + fround(SQUARE_NEW * fround(g * g)),
    );
    floats[(means >> 2) + k] = mean;
    floats[(squares >> 2) + k] = square;
    const size = fround(fround(Math.sqrt(fround(square * correction))) + EPSILON);
    const parameter = fround(kept * floats[(parameters >> 2) + k]);
    floats[(parameters >> 2) + k] = parameter - fround(fround(step * mean) / size);
  }
}
