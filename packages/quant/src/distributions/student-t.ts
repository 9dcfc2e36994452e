import { ArgumentError } from "../errors.ts";
import { logGamma } from "./gamma.ts";
import { normalQuantile } from "./normal.ts";

const FRACTION_TERMS_MAX = 10_000;
const TINY = 1e-300;

/**
 * Computes the logarithm of the density of Student's t distribution.
 *
 * @param degrees - Degrees of freedom ν, over 0.
 */
export function studentLogDensity(x: number, degrees: number): number {
  return studentLogFactor(degrees) - ((degrees + 1) / 2) * Math.log1p((x * x) / degrees);
}

/** Computes ln Γ((ν + 1)/2) − ln Γ(ν/2) − ½ ln(νπ), the density's logarithm at 0. */
function studentLogFactor(degrees: number): number {
  return logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - 0.5 * Math.log(degrees * Math.PI);
}

/**
 * Computes the probability that a Student's t variable is at most x.
 *
 * By the incomplete beta function, on the side where its continued fraction converges fast.
 *
 * @param x - Any number; ±∞ give 0 and 1.
 * @param degrees - Degrees of freedom ν, over 0.
 * @see NIST Digital Library of Mathematical Functions, 8.17.22
 */
export function studentProbability(x: number, degrees: number): number {
  if (!Number.isFinite(x)) {
    return x > 0 ? 1 : 0;
  }
  const square = x * x;
  const share = degrees / (degrees + square);
  const tail = 0.5 * incompleteBeta(share, square / (degrees + square), degrees / 2, 0.5);
  return x > 0 ? 1 - tail : tail;
}

/** Computes I_x(a, b), given x and 1 − x. */
function incompleteBeta(x: number, rest: number, a: number, b: number): number {
  if (rest === 0) {
    return 1;
  }
  if (x === 0) {
    return 0;
  }
  const logFactor = logGamma(a + b) - logGamma(a) - logGamma(b);
  const front = Math.exp(logFactor + a * Math.log(x) + b * Math.log(rest));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(rest, b, a)) / b;
}

/** Evaluates the continued fraction of the incomplete beta function by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= FRACTION_TERMS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const change = d * c;
    value *= change;
    if (Math.abs(change - 1) < 1e-16) {
      break;
    }
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

const NEWTON_STEPS_MAX = 100;

/**
 * Computes the x below which a Student's t variable falls with a given probability.
 *
 * Hill's expansion from the normal quantile, then Newton's steps within a bracket.
 *
 * @param probability - 0 … 1; the ends give ∓∞.
 * @param degrees - Degrees of freedom ν, over 0.
 * @throws {ArgumentError} The probability is NaN or outside 0 … 1, or ν is not positive.
 * @see Abramowitz & Stegun (1964), 26.7.5
 */
export function studentQuantile(probability: number, degrees: number): number {
  if (!(probability >= 0 && probability <= 1 && degrees > 0)) {
    throw new ArgumentError(`no quantile at ${probability} of ${degrees} degrees of freedom`);
  }
  const tail = Math.min(probability, 1 - probability);
  if (tail === 0 || tail === 0.5) {
    return normalQuantile(probability);
  }
  const size = -lowerTailQuantile(tail, degrees);
  return probability < 0.5 ? -size : size;
}

/** Solves P(X ≤ x) = tail for x < 0. */
function lowerTailQuantile(tail: number, degrees: number): number {
  const z = normalQuantile(tail);
  const start = z + (z ** 3 + z) / (4 * degrees);
  let low = Number.NEGATIVE_INFINITY;
  let high = 0;
  let x = start;
  for (let step = 0; step < NEWTON_STEPS_MAX; step++) {
    // On logarithms the tail is nearly straight in ln|x|, so Newton's method does not overshoot far.
    const probability = studentProbability(x, degrees);
    const error = Math.log(probability / tail);
    if (error > 0) {
      high = x;
    } else {
      low = x;
    }
    const slope = Math.exp(studentLogDensity(x, degrees)) / probability;
    let next = x - error / slope;
    if (!(next > low && next < high)) {
      next = low === Number.NEGATIVE_INFINITY ? 2 * x : (low + high) / 2;
    }
    if (Math.abs(next - x) <= 1e-15 * Math.abs(x)) {
      return next;
    }
    x = next;
  }
  return x;
}
