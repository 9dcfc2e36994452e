import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";

/**
 * Computes simple returns pₜ / pₜ₋₁ − 1 of each column.
 *
 * @param prices - Prices in one currency, one row per period, shape (T + 1, n), all positive.
 * @returns Returns per period as fractions, shape (T, n). T is 0 for a single row.
 * @throws {ArgumentError} There is no row, or a price is not a positive finite number.
 */
export function simpleReturns(prices: Matrix): Matrix {
  const ratios = priceRatios(prices);
  const { values } = ratios;
  for (let k = 0; k < values.length; k++) {
    values[k] -= 1;
  }
  return ratios;
}

/**
 * Computes pₜ / pₜ₋₁ of each column.
 *
 * @throws {ArgumentError} There is no row, or a price is not a positive finite number.
 */
export function priceRatios({ rows, cols, values }: Matrix): Matrix {
  if (rows < 1) {
    throw new ArgumentError("returns need at least 1 row of prices, got 0");
  }
  for (let k = 0; k < values.length; k++) {
    if (!(values[k] > 0 && values[k] < Number.POSITIVE_INFINITY)) {
      const row = Math.floor(k / cols);
      throw new ArgumentError(`price in row ${row}, column ${k % cols} is ${values[k]}`);
    }
  }
  const ratios = new Float64Array((rows - 1) * cols);
  for (let k = 0; k < ratios.length; k++) {
    ratios[k] = values[k + cols] / values[k];
  }
  return { rows: rows - 1, cols, values: ratios };
}
