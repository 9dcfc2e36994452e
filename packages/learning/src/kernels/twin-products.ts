import type { KernelHeap } from "./kernel-set.ts";

const { fround } = Math;

/** The twin of `multiply`. */
export function multiply(
  { floats }: KernelHeap,
  a: number,
  b: number,
  c: number,
  m: number,
  k: number,
  n: number,
  adds: boolean,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const at = (c >> 2) + i * n + j;
      let sum = adds ? floats[at] : 0;
      for (let p = 0; p < k; p++) {
        sum = fround(sum + fround(floats[(a >> 2) + i * k + p] * floats[(b >> 2) + p * n + j]));
      }
      floats[at] = sum;
    }
  }
}

/** The twin of `multiplyTransposed`. */
export function multiplyTransposed(
  { floats }: KernelHeap,
  a: number,
  b: number,
  c: number,
  m: number,
  k: number,
  n: number,
  adds: boolean,
): void {
  for (let p = 0; p < k; p++) {
    for (let j = 0; j < n; j++) {
      const at = (c >> 2) + p * n + j;
      let sum = adds ? floats[at] : 0;
      for (let i = 0; i < m; i++) {
        sum = fround(sum + fround(floats[(a >> 2) + i * k + p] * floats[(b >> 2) + i * n + j]));
      }
      floats[at] = sum;
    }
  }
}

/** The twin of `transpose`. */
export function transpose(
  { floats }: KernelHeap,
  a: number,
  out: number,
  m: number,
  n: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      floats[(out >> 2) + j * m + i] = floats[(a >> 2) + i * n + j];
    }
  }
}
