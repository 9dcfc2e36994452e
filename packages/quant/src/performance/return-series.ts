import { ArgumentError } from "../errors.ts";

// Squares and products of returns up to this cannot overflow.
const RETURN_MAX = 1e50;

/**
 * Checks a series of simple returns.
 *
 * @param returns - Simple returns as fractions.
 * @param minimum - How many there must be at least.
 * @param what - Name for the message, such as "benchmark".
 * @throws {ArgumentError} There are fewer returns, or one is below −1, over 1e50, or NaN.
 */
export function requireReturns(returns: Float64Array, minimum: number, what: string): void {
  if (returns.length < minimum) {
    throw new ArgumentError(`${what}: there are ${returns.length} returns, not ${minimum}`);
  }
  for (let t = 0; t < returns.length; t++) {
    if (!(returns[t] >= -1 && returns[t] <= RETURN_MAX)) {
      throw new ArgumentError(
        `${what}: return ${t} is ${returns[t]}, not within -1 … ${RETURN_MAX}`,
      );
    }
  }
}

/**
 * Checks differences of returns, which may be below −1.
 *
 * @throws {ArgumentError} One is NaN, or its size is over 1e50.
 */
export function requireExcessReturns(excessReturns: Float64Array, what: string): void {
  for (let t = 0; t < excessReturns.length; t++) {
    if (!(Math.abs(excessReturns[t]) <= RETURN_MAX)) {
      throw new ArgumentError(`${what}: entry ${t} is ${excessReturns[t]}, over ${RETURN_MAX}`);
    }
  }
}

/**
 * Checks that two series have one length.
 *
 * @throws {ArgumentError} They have not.
 */
export function requireSameLength(
  x: { readonly length: number },
  y: { readonly length: number },
  what: string,
): void {
  if (x.length !== y.length) {
    throw new ArgumentError(`${what}: lengths are ${x.length} and ${y.length}`);
  }
}

/**
 * Compounds simple returns to a growth curve.
 *
 * @param returns - Simple returns, length T, each at least −1.
 * @returns Growth of 1, length T + 1, starting at 1.
 */
export function growthOf(returns: Float64Array): Float64Array {
  const growth = new Float64Array(returns.length + 1);
  growth[0] = 1;
  for (let t = 0; t < returns.length; t++) {
    growth[t + 1] = growth[t] * (1 + returns[t]);
  }
  return growth;
}

/** Compounds the returns of `start` up to, but not including, `end` to one simple return. */
export function compoundReturn(returns: Float64Array, start: number, end: number): number {
  let logGrowth = 0;
  for (let t = start; t < end; t++) {
    logGrowth += Math.log1p(returns[t]);
  }
  return Math.expm1(logGrowth);
}
