const TERMS_MAX = 10_000;
const BISECTIONS = 200;
const TINY = 1e-300;

/**
 * Computes the probability that a chi-squared variable is at most x.
 *
 * @param x - From 0; ∞ gives 1.
 * @param degrees - Degrees of freedom, a whole number from 1.
 * @see NIST Digital Library of Mathematical Functions, 8.11.4 (series) and 8.9.2 (continued
 *   fraction) of the incomplete gamma function
 */
export function chiSquaredProbability(x: number, degrees: number): number {
  if (!(x > 0)) {
    return 0;
  }
  if (x === Number.POSITIVE_INFINITY) {
    return 1;
  }
  const a = degrees / 2;
  const z = x / 2;
  const front = Math.exp(a * Math.log(z) - z - logGammaOfHalf(degrees));
  return z < a + 1 ? (front * seriesSum(a, z)) / a : 1 - front * upperFraction(a, z);
}

/**
 * Finds the x that a chi-squared variable exceeds with probability 1 − p.
 *
 * @param p - 0 … 1; 1 gives ∞.
 * @param degrees - Degrees of freedom, a whole number from 1.
 */
export function chiSquaredQuantile(p: number, degrees: number): number {
  if (p >= 1) {
    return Number.POSITIVE_INFINITY;
  }
  let low = 0;
  let high = degrees + 1;
  while (chiSquaredProbability(high, degrees) < p) {
    low = high;
    high *= 2;
  }
  for (let k = 0; k < BISECTIONS && high - low > Number.EPSILON * high; k++) {
    const middle = (low + high) / 2;
    if (chiSquaredProbability(middle, degrees) < p) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

/** Computes ln Γ(k/2) for a whole number k from 1, by Γ(x + 1) = x·Γ(x). */
export function logGammaOfHalf(k: number): number {
  let sum = k % 2 === 0 ? 0 : 0.5 * Math.log(Math.PI);
  for (let x = k % 2 === 0 ? 1 : 0.5; x < k / 2; x++) {
    sum += Math.log(x);
  }
  return sum;
}

/** Computes the digamma function ψ(k/2) for a whole number k from 1, by ψ(x + 1) = ψ(x) + 1/x. */
export function digammaOfHalf(k: number): number {
  const eulerMascheroni = 0.577_215_664_901_532_9;
  let sum = k % 2 === 0 ? -eulerMascheroni : -eulerMascheroni - 2 * Math.LN2;
  for (let x = k % 2 === 0 ? 1 : 0.5; x < k / 2; x++) {
    sum += 1 / x;
  }
  return sum;
}

function seriesSum(a: number, z: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < TERMS_MAX && term > Number.EPSILON * sum; k++) {
    term *= z / (a + k);
    sum += term;
  }
  return sum;
}

/** Evaluates the continued fraction of Γ(a, z) eᶻ z⁻ᵃ by Lentz's method. */
function upperFraction(a: number, z: number): number {
  let b = z + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < TERMS_MAX; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = numerator * d + b;
    d = 1 / (Math.abs(d) < TINY ? TINY : d);
    c = b + numerator / c;
    c = Math.abs(c) < TINY ? TINY : c;
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < Number.EPSILON) {
      break;
    }
  }
  return value;
}
