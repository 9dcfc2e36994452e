/** A function's value and derivative at a point. */
export interface Slope {
  readonly value: number;
  readonly slope: number;
}

const DOUBLINGS_MAX = 200;
const STEPS_MAX = 200;
const ROOT_ROUNDING = 1e-14;

/**
 * Finds the root of an increasing function on (0, ∞), to rounding.
 *
 * @returns The root; 2²⁰⁰ where the function is negative up to there, 2⁻²⁰⁰ where it is positive
 *   down to there.
 */
export function positiveRoot(f: (x: number) => Slope): number {
  let low = 1;
  let high = 1;
  let doublings = 0;
  for (; doublings < DOUBLINGS_MAX && f(high).value < 0; doublings++) {
    low = high;
    high *= 2;
  }
  if (doublings === DOUBLINGS_MAX) {
    return high;
  }
  for (let k = 0; k < DOUBLINGS_MAX && f(low).value > 0; k++) {
    high = low;
    low /= 2;
  }
  return rootBetween(f, low, high);
}

/** Finds the root of an increasing function between a point below and one above it, to rounding. */
export function rootBetween(f: (x: number) => Slope, low: number, high: number): number {
  let below = low;
  let above = high;
  let x = (low + high) / 2;
  for (let step = 0; step < STEPS_MAX; step++) {
    const { value, slope } = f(x);
    if (value > 0) {
      above = x;
    } else {
      below = x;
    }
    const newton = x - value / slope;
    const rounding = ROOT_ROUNDING * Math.abs(x);
    if (Math.abs(newton - x) <= rounding || above - below <= rounding) {
      return x;
    }
    x = newton > below && newton < above ? newton : (below + above) / 2;
  }
  return x;
}
