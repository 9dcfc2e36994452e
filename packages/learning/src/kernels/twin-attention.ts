import type { KernelHeap } from "./kernel-set.ts";
import { exponential, joinedProducts } from "./twin-functions.ts";

const { fround } = Math;

/** Sizes and places of one head of one sequence, in floats. */
interface Head {
  readonly floats: Float32Array;
  readonly query: number;
  readonly shares: number;
  /** From one step to the next. */
  readonly allStride: number;
  /** From queries to keys, and from keys to values. */
  readonly part: number;
  readonly headWidth: number;
  readonly scale: number;
}

interface Sizes {
  readonly m: number;
  readonly steps: number;
  readonly width: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly scale: number;
}

/** Visits each head of each step of each sequence, with where it lies in a row of results. */
function forEachStep(
  floats: Float32Array,
  { all, shares }: { readonly all: number; readonly shares: number },
  { m, steps, width, heads, headWidth, scale }: Sizes,
  visit: (head: Head, t: number, at: number) => void,
): void {
  const row = Math.ceil(steps / 4) * 4;
  const own = { floats, allStride: 3 * m * width, part: width, headWidth, scale: fround(scale) };
  for (let i = 0; i < m; i++) {
    for (let h = 0; h < heads; h++) {
      const query = (all >> 2) + 3 * i * width + h * headWidth;
      for (let t = 0; t < steps; t++) {
        const first = (shares >> 2) + ((i * heads + h) * steps + t) * row;
        visit({ ...own, query, shares: first }, t, (t * m + i) * width + h * headWidth);
      }
    }
  }
}

/** The twin of `attentionForward`. */
export function attentionForward(
  { floats }: KernelHeap,
  all: number,
  shares: number,
  out: number,
  m: number,
  steps: number,
  width: number,
  heads: number,
  headWidth: number,
  scale: number,
): void {
  const sizes = { m, steps, width, heads, headWidth, scale };
  forEachStep(floats, { all, shares }, sizes, (head, t, at) => attend(head, t, (out >> 2) + at));
}

function attend(head: Head, t: number, to: number): void {
  const { floats, query, shares, allStride, part, headWidth, scale } = head;
  const own = query + t * allStride;
  for (let s = 0; s <= t; s++) {
    const key = query + part + s * allStride;
    floats[shares + s] = scale * joinedProducts(floats, own, key, headWidth);
  }
  shareOut(floats, shares, t + 1);
  floats.fill(0, to, to + headWidth);
  for (let s = 0; s <= t; s++) {
    addMultiple(floats, floats[shares + s], query + 2 * part + s * allStride, to, headWidth);
  }
}

function shareOut(floats: Float32Array, scores: number, count: number): void {
  let largest = floats[scores];
  for (let s = 1; s < count; s++) {
    largest = Math.max(largest, floats[scores + s]);
  }
  let sum = 0;
  for (let s = 0; s < count; s++) {
    floats[scores + s] = exponential(fround(floats[scores + s] - largest));
    sum = fround(sum + floats[scores + s]);
  }
  for (let s = 0; s < count; s++) {
    floats[scores + s] = floats[scores + s] / sum;
  }
  floats.fill(0, scores + count, scores + Math.ceil(count / 4) * 4);
}

/** The twin of `attentionBackward`. */
export function attentionBackward(
  { floats }: KernelHeap,
  all: number,
  shares: number,
  outGradient: number,
  allGradient: number,
  m: number,
  steps: number,
  width: number,
  heads: number,
  headWidth: number,
  scale: number,
): void {
  const sizes = { m, steps, width, heads, headWidth, scale };
  forEachStep(floats, { all, shares }, sizes, (head, t, at) =>
    deriveStep(head, t, (outGradient >> 2) + at, (allGradient - all) >> 2),
  );
}

function deriveStep(head: Head, t: number, from: number, toGradient: number): void {
  const { floats, query, shares, allStride, part, headWidth, scale } = head;
  const own = query + t * allStride;
  let mean = 0;
  for (let s = 0; s <= t; s++) {
    const product = joinedProducts(floats, from, query + 2 * part + s * allStride, headWidth);
    mean = fround(mean + fround(floats[shares + s] * product));
  }
  for (let s = 0; s <= t; s++) {
    const key = query + part + s * allStride;
    const share = floats[shares + s];
    const product = joinedProducts(floats, from, key + part, headWidth);
    const slope = fround(scale * fround(share * fround(product - mean)));
    addMultiple(floats, share, from, key + part + toGradient, headWidth);
    addMultiple(floats, slope, key, own + toGradient, headWidth);
    addMultiple(floats, slope, own, key + toGradient, headWidth);
  }
}

function addMultiple(
  floats: Float32Array,
  factor: number,
  x: number,
  y: number,
  length: number,
): void {
  for (let k = 0; k < length; k++) {
    floats[y + k] += fround(factor * floats[x + k]);
  }
}
