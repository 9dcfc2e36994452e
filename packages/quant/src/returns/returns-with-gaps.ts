import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";

/**
 * Computes simple returns pₜ / pₜ₋₁ − 1 of columns in which prices are missing.
 *
 * @param prices - Prices, one row per period, shape (T + 1, n), positive, NaN where one is missing.
 * @returns Returns per period as fractions, shape (T, n), NaN unless both prices are there: what a
 *   gap skips is not squeezed into one period.
 * @throws {ArgumentError} There is no row, or a price is neither NaN nor a positive finite number.
 */
export function returnsWithGaps({ rows, cols, values }: Matrix): Matrix {
  if (rows < 1) {
    throw new ArgumentError("returns need at least 1 row of prices, got 0");
  }
  for (let k = 0; k < values.length; k++) {
    if (values[k] <= 0 || values[k] === Number.POSITIVE_INFINITY) {
      throw new ArgumentError(
        `price in row ${Math.floor(k / cols)}, column ${k % cols} is ${values[k]}`,
      );
    }
  }
  const returns = new Float64Array((rows - 1) * cols);
  for (let k = 0; k < returns.length; k++) {
    returns[k] = values[k + cols] / values[k] - 1;
  }
  return { rows: rows - 1, cols, values: returns };
}
