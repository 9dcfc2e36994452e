import { studentLogDensity, studentQuantile } from "./student-t.ts";

const KNOTS = 512;
// Probabilities closer to an end count as this far from it.
const END = 1e-12;
const LOG_END = Math.log(END);
const STEP = (Math.log(0.5) - LOG_END) / (KNOTS - 1);

/**
 * Tabulates the quantiles of a Student's t distribution, for use where there are many.
 *
 * Interpolates by cubics over the logarithm of the probability of the nearer tail.
 *
 * @param degrees - Degrees of freedom ν, from 2.
 * @returns The quantile of a probability within 1e-12 … 1 − 1e-12, off by at most 1e-6
 *   of itself or of 1, whichever is more.
 */
export function studentQuantileTable(degrees: number): (probability: number) => number {
  const values = new Float64Array(KNOTS);
  const slopes = new Float64Array(KNOTS);
  for (let k = 0; k < KNOTS; k++) {
    const tail = k === KNOTS - 1 ? 0.5 : Math.exp(LOG_END + k * STEP);
    values[k] = studentQuantile(tail, degrees);
    slopes[k] = (STEP * tail) / Math.exp(studentLogDensity(values[k], degrees));
  }
  return (probability) => {
    const tail = Math.max(END, Math.min(probability, 1 - probability));
    const place = (Math.log(tail) - LOG_END) / STEP;
    const k = Math.min(KNOTS - 2, Math.floor(place));
    const x = hermite(place - k, values[k], values[k + 1], slopes[k], slopes[k + 1]);
    return probability > 0.5 ? -x : x;
  };
}

/** Interpolates between two values by their slopes, at t in 0 … 1. */
function hermite(t: number, left: number, right: number, first: number, last: number): number {
  const rise = right - left;
  const bend = (1 - t) * (first - rise) + t * (rise - last);
  return left + t * (rise + (1 - t) * bend);
}
