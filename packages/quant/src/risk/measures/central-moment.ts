import { dot } from "../../linalg/matrix.ts";
import type { DispersionMeasure } from "./risk-measure.ts";
import type { Sensitivity } from "./sensitivity.ts";

/** Which deviations from the mean are raised to which power, and how their mean is reported. */
export interface CentralMoment {
  /** The power q of a deviation, at least 1. */
  readonly power: number;
  /** The power r of the mean of |y − m|^q. */
  readonly root: number;
  /** Whether only returns below the mean count. */
  readonly downside: boolean;
  /** Whether the mean is divided by 1 − Σ pₜ², the correction for the mean being estimated. */
  readonly corrected: boolean;
}

/** Says which central moment a measure of dispersion is. */
export function momentOf(measure: DispersionMeasure): CentralMoment {
  switch (measure.kind) {
    case "variance":
      return { power: 2, root: 1, downside: false, corrected: true };
    case "standard-deviation":
      return { power: 2, root: 1 / 2, downside: false, corrected: true };
    case "semivariance":
      return { power: 2, root: 1, downside: true, corrected: true };
    case "semideviation":
      return { power: 2, root: 1 / 2, downside: true, corrected: true };
    case "mean-absolute-deviation":
      return { power: 1, root: 1, downside: false, corrected: false };
    case "kurtosis":
      return { power: 4, root: 1 / 2, downside: false, corrected: false };
    case "semi-kurtosis":
      return { power: 4, root: 1 / 2, downside: true, corrected: false };
    case "even-moment":
      return { power: measure.order, root: 2 / measure.order, downside: false, corrected: false };
    case "even-semi-moment":
      return { power: measure.order, root: 2 / measure.order, downside: true, corrected: false };
  }
}

/**
 * Computes (E|y − m|^q)^r about the mean m of the returns.
 *
 * Deviations are divided by the largest before they are raised, so that no size of returns
 * overflows unless the answer does.
 *
 * @param returns - Returns y, length T.
 * @param probabilities - Length T, ≥ 0, of sum 1.
 * @returns The moment and its gradient in y; 0 and 0 where no return deviates.
 */
export function centralMoment(
  returns: Float64Array,
  probabilities: Float64Array,
  { power, root, downside, corrected }: CentralMoment,
): Sensitivity {
  const mean = dot(probabilities, returns);
  const deviations = returns.map((y) => (downside ? Math.min(y - mean, 0) : y - mean));
  return powerMean(deviations, probabilities, {
    power,
    root,
    centered: true,
    divisor: corrected ? 1 - dot(probabilities, probabilities) : 1,
  });
}

/**
 * Computes √(Σ pₜ max(c − yₜ, 0)² / (1 − Σ pₜ²)) for order 2, Σ pₜ max(c − yₜ, 0) for order 1.
 *
 * @see Fishburn (1977), "Mean-Risk Analysis with Risk Associated with Below-Target Returns"
 */
export function lowerPartialMoment(
  returns: Float64Array,
  probabilities: Float64Array,
  { order, threshold }: { readonly order: 1 | 2; readonly threshold: number },
): Sensitivity {
  return powerMean(
    returns.map((y) => Math.min(y - threshold, 0)),
    probabilities,
    {
      power: order,
      root: 1 / order,
      centered: false,
      divisor: order === 2 ? 1 - dot(probabilities, probabilities) : 1,
    },
  );
}

interface PowerMean {
  readonly power: number;
  readonly root: number;
  /** Whether the mean was taken off, so that its share is taken off the gradient. */
  readonly centered: boolean;
  readonly divisor: number;
}

/** Computes (Σ pₜ|dₜ|^q / divisor)^r and its gradient in the returns whose deviations the d are. */
function powerMean(
  deviations: Float64Array,
  probabilities: Float64Array,
  { power, root, centered, divisor }: PowerMean,
): Sensitivity {
  let largest = 0;
  for (let t = 0; t < deviations.length; t++) {
    largest = Math.max(largest, Math.abs(deviations[t]));
  }
  const gradient = new Float64Array(deviations.length);
  if (largest === 0) {
    return { value: 0, gradient };
  }
  let sum = 0;
  let total = 0;
  for (let t = 0; t < deviations.length; t++) {
    const size = Math.abs(deviations[t]) / largest;
    const slope = probabilities[t] * size ** (power - 1) * Math.sign(deviations[t]);
    sum += probabilities[t] * size ** power;
    gradient[t] = slope;
    total += slope;
  }
  // Deviations of probability 0 can be the only ones there are.
  if (sum === 0) {
    return { value: 0, gradient: gradient.fill(0) };
  }
  const mean = sum / divisor;
  const value = mean ** root * largest ** (power * root);
  const factor = (value / largest) * ((root * power) / sum);
  for (let t = 0; t < gradient.length; t++) {
    gradient[t] = factor * (gradient[t] - (centered ? probabilities[t] * total : 0));
  }
  return { value, gradient };
}

/** Computes the standardized central moment E(y − m)^k / σ^k, k being 3 or 4; 0 where σ is 0. */
export function standardizedMoment(
  returns: Float64Array,
  probabilities: Float64Array,
  order: 3 | 4,
): Sensitivity {
  const mean = dot(probabilities, returns);
  const { value: deviation } = centralMoment(returns, probabilities, {
    power: 2,
    root: 1 / 2,
    downside: false,
    corrected: false,
  });
  const gradient = new Float64Array(returns.length);
  if (deviation === 0) {
    return { value: 0, gradient };
  }
  const scores = returns.map((y) => (y - mean) / deviation);
  let value = 0;
  let total = 0;
  for (let t = 0; t < scores.length; t++) {
    value += probabilities[t] * scores[t] ** order;
    total += probabilities[t] * scores[t] ** (order - 1);
  }
  for (let t = 0; t < scores.length; t++) {
    const slope = scores[t] ** (order - 1) - total - value * scores[t];
    gradient[t] = (probabilities[t] * order * slope) / deviation;
  }
  return { value, gradient };
}
