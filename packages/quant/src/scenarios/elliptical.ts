import { logGamma } from "../distributions/gamma.ts";
import { ArgumentError } from "../errors.ts";
import { requireCovarianceOf } from "../expected-returns/shrunk-mean.ts";
import { choleskyFactor } from "../linalg/cholesky.ts";
import { covarianceRoot } from "../linalg/covariance-root.ts";
import { type Matrix, requireFinite } from "../linalg/matrix.ts";
import { drawChiSquare, normalSource } from "../random/normal.ts";
import { randomSource } from "../random/xoshiro.ts";
import { historicalScenarios, type ScenarioSet } from "./scenario-set.ts";

/** A normal distribution, or Student's t where degrees are given. */
export interface EllipticalDistribution {
  /** Length n. */
  readonly mean: Float64Array;
  /** Covariance, not scatter, shape (n, n), positive semidefinite. */
  readonly covariance: Matrix;
  /** Degrees of freedom ν, over 2. Absent means normal. */
  readonly degrees?: number | undefined;
}

/**
 * Draws scenarios from a normal or Student's t distribution.
 *
 * μ + Lz, for t times √((ν − 2)/χ²ν), so that mean and covariance are those given.
 *
 * @param count - Scenarios to draw, at least 1.
 * @param seed - Any integer: the same seed draws the same scenarios.
 * @throws {ArgumentError} Shapes differ, an entry is not finite, the count is below 1, or ν is not
 *   over 2.
 */
export function simulateScenarios(
  { mean, covariance, degrees }: EllipticalDistribution,
  count: number,
  seed: number,
): ScenarioSet {
  const n = mean.length;
  requireCovarianceOf(covariance, n);
  requireFinite(mean, "mean");
  requireFinite(covariance.values, "covariance");
  if (!(count >= 1) || (degrees !== undefined && !(degrees > 2))) {
    throw new ArgumentError(`${count} scenarios of ${degrees} degrees of freedom`);
  }
  const root = covarianceRoot(covariance);
  const uniform = randomSource(seed);
  const normal = normalSource(uniform);
  const values = new Float64Array(count * n);
  const scaleOf = (freedom: number) =>
    Math.sqrt((freedom - 2) / drawChiSquare(freedom, uniform, normal));
  const shocks = new Float64Array(n);
  for (let t = 0; t < count; t++) {
    const scale = degrees === undefined ? 1 : scaleOf(degrees);
    for (let i = 0; i < n; i++) {
      shocks[i] = scale * normal();
    }
    for (let i = 0; i < n; i++) {
      values[t * n + i] = mean[i] + rowTimes(root, i, shocks);
    }
  }
  return historicalScenarios({ rows: count, cols: n, values });
}

/** Computes the product of row i of a square matrix with a vector. */
function rowTimes(matrix: Float64Array, i: number, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) {
    sum += matrix[i * x.length + j] * x[j];
  }
  return sum;
}

const DEGREES_MIN = 2.05;
const DEGREES_MAX = 200;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const SECTIONS = 40;

/**
 * Estimates the degrees of freedom of a Student's t distribution of given mean and covariance.
 *
 * Maximum likelihood over ν from 2.05 to 200, by golden section in 1/ν, with the scatter held at
 * (ν − 2)/ν of the covariance.
 *
 * @param returns - Shape (T, n), T ≥ 1.
 * @returns Nothing where the covariance is singular: its distribution has no density.
 * @throws {ArgumentError} There is no row, or shapes differ.
 */
export function fitDegrees(
  returns: Matrix,
  mean: Float64Array,
  covariance: Matrix,
): number | undefined {
  const { rows, cols: n, values } = returns;
  requireCovarianceOf(covariance, n);
  if (rows < 1 || mean.length !== n) {
    throw new ArgumentError(`degrees of freedom of ${rows} by ${n} returns, ${mean.length} means`);
  }
  const factor = choleskyFactor(covariance);
  if (factor === undefined) {
    return undefined;
  }
  const centered = values.map((value, k) => value - mean[k % n]);
  const distances = squaredDistances({ rows, cols: n, values: centered }, factor);
  return mostLikelyDegrees((degrees) => degreesLogLikelihood(distances, n, degrees));
}

/** Computes x'Σ⁻¹x of each row x, given the Cholesky factor of Σ. */
export function squaredDistances({ rows, cols: n, values }: Matrix, factor: Float64Array) {
  const distances = new Float64Array(rows);
  const whitened = new Float64Array(n);
  for (let t = 0; t < rows; t++) {
    for (let i = 0; i < n; i++) {
      let rest = values[t * n + i];
      for (let j = 0; j < i; j++) {
        rest -= factor[i * n + j] * whitened[j];
      }
      whitened[i] = rest / factor[i * n + i];
      distances[t] += whitened[i] * whitened[i];
    }
  }
  return distances;
}

/** Finds the ν from 2.05 to 200 with the largest log-likelihood, by golden section in 1/ν. */
export function mostLikelyDegrees(logLikelihood: (degrees: number) => number): number {
  let low = 1 / DEGREES_MAX;
  let high = 1 / DEGREES_MIN;
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let [leftValue, rightValue] = [logLikelihood(1 / left), logLikelihood(1 / right)];
  for (let section = 0; section < SECTIONS; section++) {
    if (leftValue > rightValue) {
      high = right;
      [right, rightValue] = [left, leftValue];
      left = high - GOLDEN * (high - low);
      leftValue = logLikelihood(1 / left);
    } else {
      low = left;
      [left, leftValue] = [right, rightValue];
      right = low + GOLDEN * (high - low);
      rightValue = logLikelihood(1 / right);
    }
  }
  return 2 / (low + high);
}

/** Computes the log-likelihood of squared Mahalanobis distances, less what ν does not change. */
function degreesLogLikelihood(distances: Float64Array, n: number, degrees: number): number {
  const constant =
    logGamma((degrees + n) / 2) - logGamma(degrees / 2) - (n / 2) * Math.log(degrees - 2);
  let sum = distances.length * constant;
  for (let t = 0; t < distances.length; t++) {
    sum -= ((degrees + n) / 2) * Math.log1p(distances[t] / (degrees - 2));
  }
  return sum;
}
