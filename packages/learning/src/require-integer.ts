import { ArgumentError } from "@portfolio/quant";

/**
 * Checks that a number is an integer within bounds.
 *
 * @param what - Name for the message, such as "depth".
 * @throws {ArgumentError} It is not.
 */
export function requireInteger(value: number, min: number, max: number, what: string): void {
  if (!(Number.isInteger(value) && value >= min && value <= max)) {
    throw new ArgumentError(`${what}: ${value} is not an integer in [${min}, ${max}]`);
  }
}
