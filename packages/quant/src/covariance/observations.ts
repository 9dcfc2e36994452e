import { ArgumentError } from "../errors.ts";
import { type Matrix, requireFinite } from "../linalg/matrix.ts";

/**
 * Checks returns in which no observation may be missing, and hands them back.
 *
 * @param returns - Returns, one row per period, shape (T, n).
 * @param rowsMin - The least T.
 * @throws {ArgumentError} There are fewer rows, the storage has the wrong length, or an entry is
 *   NaN (a missing observation) or infinite.
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
  requireFinite(returns.values, "returns");
  return returns;
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
