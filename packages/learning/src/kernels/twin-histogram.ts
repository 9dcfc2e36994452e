import type { KernelHeap } from "./kernel-set.ts";

/** The twin of `addToHistogram`. */
export function addToHistogram(
  { bytes, integers, doubles }: KernelHeap,
  bins: number,
  featureCount: number,
  observationCount: number,
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
      const group = bins + 4 * (f >> 2) * observationCount;
      const cell = (out >> 3) + 512 * f + 2 * bytes[group + 4 * i + (f & 3)];
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

/** The twin of `partitionRows`. */
export function partitionRows(
  { bytes, integers }: KernelHeap,
  bins: number,
  rows: number,
  rowCount: number,
  sides: number,
  spare: number,
): number {
  const start = rows >> 2;
  let left = start;
  let right = spare >> 2;
  for (let q = start; q < start + rowCount; q++) {
    const i = integers[q];
    const goesLeft = bytes[sides + bytes[bins + 4 * i]];
    integers[left] = i;
    integers[right] = i;
    left += goesLeft;
    right += 1 - goesLeft;
  }
  integers.copyWithin(left, spare >> 2, right);
  return left - start;
}
