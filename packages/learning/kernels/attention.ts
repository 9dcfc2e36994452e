// Attention of sequences, one block of m rows for each step, the oldest first. Offsets of exports
// count bytes, widths floats.
import { exponential, joined } from "./functions";

@inline function dot(x: usize, y: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0);
  for (let q: usize = 0; q < bytes; q += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(x + q), v128.load(y + q)));
  }
  return joined(sum);
}

/** Adds a multiple of x to y. */
@inline function addMultiple(factor: f32, x: usize, y: usize, bytes: usize): void {
  const factors = f32x4.splat(factor);
  for (let q: usize = 0; q < bytes; q += 16) {
    v128.store(y + q, f32x4.add(v128.load(y + q), f32x4.mul(factors, v128.load(x + q))));
  }
}

/** Turns scores to shares that sum to 1; what fills up four becomes 0. */
function shareOut(scores: usize, count: i32): void {
  let largest = load<f32>(scores);
  for (let s = 1; s < count; s++) {
    largest = max<f32>(largest, load<f32>(scores + ((<usize>s) << 2)));
  }
  const end = scores + ((<usize>count) << 2);
  for (let at = scores; at < end; at += 16) {
    v128.store(at, exponential(f32x4.sub(v128.load(at), f32x4.splat(largest))));
  }
  let sum: f32 = 0;
  for (let at = scores; at < end; at += 4) {
    sum += load<f32>(at);
  }
  for (let at = scores; at < end; at += 4) {
    store<f32>(at, load<f32>(at) / sum);
  }
  for (let at = end; ((at - scores) & 15) != 0; at += 4) {
    store<f32>(at, 0);
  }
}

/**
 * Lets each step of m sequences attend to itself and to those before, head by head. A row of `all`
 * holds queries, keys and values, `width` floats each.
 *
 * @param shares - Takes the shares: for each sequence, head and step a row of as many floats as
 *   there are steps, filled up to a multiple of 4.
 */
export function attentionForward(
  all: usize,
  shares: usize,
  out: usize,
  m: i32,
  steps: i32,
  width: i32,
  heads: i32,
  headWidth: i32,
  scale: f32,
): void {
  const part = (<usize>width) << 2;
  const head = (<usize>headWidth) << 2;
  const shareRow = ((<usize>steps + 3) & ~3) << 2;
  const step = <usize>m * part;
  for (let i = 0; i < m; i++) {
    const row = all + <usize>i * 3 * part;
    for (let h = 0; h < heads; h++) {
      const queries = row + <usize>h * head;
      for (let t = 0; t < steps; t++) {
        const query = queries + <usize>t * 3 * step;
        let key = queries + part;
        for (let s = 0; s <= t; s++) {
          store<f32>(shares + ((<usize>s) << 2), scale * dot(query, key, head));
          key += 3 * step;
        }
        shareOut(shares, t + 1);
        const to = out + <usize>t * step + <usize>i * part + <usize>h * head;
        memory.fill(to, 0, head);
        let value = queries + 2 * part;
        for (let s = 0; s <= t; s++) {
          addMultiple(load<f32>(shares + ((<usize>s) << 2)), value, to, head);
          value += 3 * step;
        }
        shares += shareRow;
      }
    }
  }
}

/** Computes gradients of queries, keys and values; `allGradient` holds zeros before. */
export function attentionBackward(
  all: usize,
  shares: usize,
  outGradient: usize,
  allGradient: usize,
  m: i32,
  steps: i32,
  width: i32,
  heads: i32,
  headWidth: i32,
  scale: f32,
): void {
  const part = (<usize>width) << 2;
  const head = (<usize>headWidth) << 2;
  const shareRow = ((<usize>steps + 3) & ~3) << 2;
  const step = <usize>m * part;
  const toGradient = allGradient - all;
  for (let i = 0; i < m; i++) {
    const row = all + <usize>i * 3 * part;
    for (let h = 0; h < heads; h++) {
      const queries = row + <usize>h * head;
      for (let t = 0; t < steps; t++) {
        const query = queries + <usize>t * 3 * step;
        const from = outGradient + <usize>t * step + <usize>i * part + <usize>h * head;
        let mean: f32 = 0;
        let value = queries + 2 * part;
        for (let s = 0; s <= t; s++) {
          mean += load<f32>(shares + ((<usize>s) << 2)) * dot(from, value, head);
          value += 3 * step;
        }
        let key = queries + part;
        for (let s = 0; s <= t; s++) {
          const share = load<f32>(shares + ((<usize>s) << 2));
          const slope = scale * (share * (dot(from, key + part, head) - mean));
          addMultiple(share, from, key + part + toGradient, head);
          addMultiple(slope, key, query + toGradient, head);
          addMultiple(slope, query, key + toGradient, head);
          key += 3 * step;
        }
        shares += shareRow;
      }
    }
  }
}
