import type { Matrix } from "../linalg/matrix.ts";
import { priceRatios } from "./simple-returns.ts";

/**
 * Computes logarithmic returns ln(pₜ / pₜ₋₁) of each column.
 *
 * They add up over time; simple returns add up over assets. Portfolio formulas
 * need simple returns.
 *
 * @param prices - Prices in one currency, one row per period, shape (T + 1, n), all positive.
 * @returns Returns per period, shape (T, n).
 * @throws {ArgumentError} There is no row, or a price is not a positive finite number.
 */
export function logReturns(prices: Matrix): Matrix {
  const ratios = priceRatios(prices);
  return { ...ratios, values: ratios.values.map((ratio) => Math.log(ratio)) };
}
