import { ArgumentError } from "../errors.ts";

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

// Where the fraction of the tail takes over from the series of the center.
const SERIES_LIMIT = 2.5;
const FRACTION_DEPTH = 120;

/**
 * Computes the density of the standard normal distribution, exp(−x²/2)/√(2π).
 *
 * @param x - Any number; infinities give 0.
 */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / ROOT_TWO_PI;
}

/**
 * Computes the probability that a standard normal variable is at most x.
 *
 * A series about 0 for |x| ≤ 2.5, a continued fraction beyond: the relative error is below 1e-12
 * in both tails, down to where the result underflows.
 *
 * @param x - Any number; ±∞ give 0 and 1.
 * @see Marsaglia (2004), "Evaluating the Normal Distribution", doi:10.18637/jss.v011.i04;
 *   Abramowitz & Stegun (1964), 26.2.14
 */
export function normalProbability(x: number): number {
  if (Math.abs(x) <= SERIES_LIMIT) {
    return 0.5 + normalDensity(x) * centralSeries(x);
  }
  const tail = Math.abs(x) === Number.POSITIVE_INFINITY ? 0 : tailProbability(Math.abs(x));
  return x < 0 ? tail : 1 - tail;
}

/** Sums x + x³/3 + x⁵/(3·5) + … */
function centralSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return sum;
}

/** Evaluates φ(x)/(x + 1/(x + 2/(x + 3/(x + …)))) for x > 0. */
function tailProbability(x: number): number {
  let denominator = x;
  for (let k = FRACTION_DEPTH; k >= 1; k--) {
    denominator = x + k / denominator;
  }
  return normalDensity(x) / denominator;
}

/**
 * Computes the x below which a standard normal variable falls with a given probability.
 *
 * @param probability - 0 … 1; the ends give ∓∞.
 * @throws {ArgumentError} The probability is NaN or outside 0 … 1.
 * @see Wichura (1988), "Algorithm AS 241: The Percentage Points of the Normal Distribution",
 *   doi:10.2307/2347330; its relative error is about 1e-16
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw new ArgumentError(`a probability is ${probability}, not within 0 … 1`);
  }
  const fromCenter = probability - 0.5;
  if (Math.abs(fromCenter) <= 0.425) {
    const r = 0.180625 - fromCenter * fromCenter;
    return (fromCenter * polynomial(CENTER_TOP, r)) / polynomial(CENTER_BOTTOM, r);
  }
  const tail = Math.min(probability, 1 - probability);
  if (tail === 0) {
    return fromCenter < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const r = Math.sqrt(-Math.log(tail));
  const size =
    r <= 5
      ? polynomial(MIDDLE_TOP, r - 1.6) / polynomial(MIDDLE_BOTTOM, r - 1.6)
      : polynomial(FAR_TOP, r - 5) / polynomial(FAR_BOTTOM, r - 5);
  return fromCenter < 0 ? -size : size;
}

/** Evaluates a polynomial whose coefficients start at the highest power. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let k = 0; k < coefficients.length; k++) {
    value = value * x + coefficients[k];
  }
  return value;
}

// The coefficients of PPND16 in the paper.
const CENTER_TOP = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
];
const CENTER_BOTTOM = [
  5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
];
const MIDDLE_TOP = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
  3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const MIDDLE_BOTTOM = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
  0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
];
const FAR_TOP = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const FAR_BOTTOM = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
];
