import { ArgumentError } from "../errors.ts";
import { type Matrix, requireFinite } from "../linalg/matrix.ts";

/**
 * Checks returns in which no observation may be missing, and hands them back.
 *
 * @param returns - Returns, one row per period, shape (T, n).
 * @param rowsMin - The least T.
 * @throws {ArgumentError} There are fewer rows, the storage has the wrong length, an entry is NaN
 *   (a missing observation) or infinite, or the largest is not 0 and not between 1e-30 and 1e30.
 */
export function requireObservations(returns: Matrix, rowsMin: number): Matrix {
  if (returns.rows < rowsMin) {
    throw new ArgumentError(
      `covariance needs at least ${rowsMin} rows of returns, got ${returns.rows}`,
    );
  }
  if (returns.values.length !== returns.rows * returns.cols) {
    throw new ArgumentError(
      `returns hold ${returns.values.length} values, not ${returns.rows} x ${returns.cols}`,
    );
  }
  if (!isOfUsualSize(returns.values)) {
    requireFinite(returns.values, "returns");
    requireSize(returns.values);
  }
  return returns;
}

// Estimators square returns up to four times over: within these, nothing overflows.
const SIZE_MIN = 1e-30;
const SIZE_MAX = 1e30;

/** Says whether every entry is a number up to 1e30 in size, and one at least 1e-30, in one pass. */
function isOfUsualSize(values: Float64Array): boolean {
  let k = 0;
  for (; k + 3 < values.length; k += 4) {
    const isSmall =
      Math.abs(values[k]) <= SIZE_MAX &&
      Math.abs(values[k + 1]) <= SIZE_MAX &&
      Math.abs(values[k + 2]) <= SIZE_MAX &&
      Math.abs(values[k + 3]) <= SIZE_MAX;
    // Not even for NaN.
    if (!isSmall) {
      return false;
    }
  }
  for (; k < values.length; k++) {
    if (!(Math.abs(values[k]) <= SIZE_MAX)) {
      return false;
    }
  }
  return values.some((value) => Math.abs(value) >= SIZE_MIN);
}

/**
 * Checks that the largest return is 0 or between 1e-30 and 1e30; NaN is skipped.
 *
 * @throws {ArgumentError} It is not.
 */
export function requireSize(returns: Float64Array): void {
  let largest = 0;
  for (let k = 0; k < returns.length; k++) {
    // Math.max would pass NaN on.
    if (Math.abs(returns[k]) > largest) {
      largest = Math.abs(returns[k]);
    }
  }
  if (largest > 0) {
    requireWithin(largest, SIZE_MIN, SIZE_MAX, "largest return");
  }
}

/**
 * Checks a number against its bounds.
 *
 * @throws {ArgumentError} It is below the least, above the greatest, or NaN.
 */
export function requireWithin(value: number, min: number, max: number, what: string): void {
  if (!(value >= min && value <= max)) {
    throw new ArgumentError(`${what} is ${value}, not between ${min} and ${max}`);
  }
}

/**
 * Checks a whole number against its bounds.
 *
 * @throws {ArgumentError} It is not whole, below the least or above the greatest.
 */
export function requireCount(value: number, min: number, max: number, what: string): void {
  if (!(Number.isInteger(value) && value >= min && value <= max)) {
    throw new ArgumentError(`${what} is ${value}, not a whole number from ${min} to ${max}`);
  }
}
