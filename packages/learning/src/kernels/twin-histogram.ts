import type { KernelHeap } from "./kernel-set.ts";

/** The twin of `addToHistogram`. */
export function addToHistogram(
  { bytes, integers, doubles }: KernelHeap,
  bins: number,
  featureCount: number,
  rows: number,
  rowCount: number,
  derivatives: number,
  out: number,
): void {
  for (let q = 0; q < rowCount; q++) {
    const i = integers[(rows >> 2) + q];
    const first = doubles[(derivatives >> 3) + 2 * i];
    const second = doubles[(derivatives >> 3) + 2 * i + 1];
    for (let f = 0; f < featureCount; f++) {
      const cell = (out >> 3) + 512 * f + 2 * bytes[bins + i * featureCount + f];
      doubles[cell] += first;
      doubles[cell + 1] += second;
    }
  }
}

/** The twin of `subtractCells`. */
export function subtractCells(
  { doubles }: KernelHeap,
  from: number,
  part: number,
  count: number,
): void {
  for (let k = 0; k < 2 * count; k++) {
    doubles[(from >> 3) + k] -= doubles[(part >> 3) + k];
  }
}
