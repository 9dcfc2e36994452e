import type { Matrix } from "@portfolio/quant";

/**
 * Computes what constant weights return on some days. An asset without a close returns nothing.
 *
 * @param start - First return, that from row `start` of prices to the next.
 * @param end - First return after.
 * @param cashReturn - Of each day, on what is not invested.
 */
export function heldReturns(
  { cols, values }: Matrix,
  weights: Float64Array,
  { start, end }: { readonly start: number; readonly end: number },
  cashReturn: number,
): Float64Array {
  const cash = weights.reduce((rest, weight) => rest - weight, 1);
  return Float64Array.from({ length: end - start }, (_, t) => {
    let sum = cash * cashReturn;
    for (let j = 0; j < cols; j++) {
      const weight = weights[j] ?? 0;
      const at = (start + t) * cols + j;
      const change = weight === 0 ? 0 : (values[at + cols] ?? 0) / (values[at] ?? 0) - 1;
      sum += Number.isNaN(change) ? 0 : weight * change;
    }
    // Debts can exceed what is held: no more than everything is lost.
    return Math.max(-1, sum);
  });
}
