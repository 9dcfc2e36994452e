/**
 * Draws `size` of the numbers 0 … count − 1 without repetition, in random order, by the first steps of a
 * Fisher–Yates shuffle.
 *
 * @param size - At most `count`.
 * @param uniform - Draws from [0, 1).
 */
export function drawSubset(count: number, size: number, uniform: () => number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, k) => k);
  for (let k = 0; k < size; k++) {
    const other = k + Math.floor(uniform() * (count - k));
    const kept = order[k];
    order[k] = order[other];
    order[other] = kept;
  }
  return order.subarray(0, size);
}
