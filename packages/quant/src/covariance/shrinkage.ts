import { historicalMean } from "../expected-returns/historical-mean.ts";
import { centeredGram } from "../linalg/gram.ts";
import { rangeProduct } from "../linalg/kernels.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { requireObservations } from "./observations.ts";
import type { WindowEstimates } from "./sliding-covariance.ts";

/** A shrunk covariance and how far it was shrunk. */
export interface ShrunkCovariance {
  /** Covariance per period, shape (n, n). */
  readonly covariance: Matrix;
  /** Weight of the target, 0 (the sample covariance) … 1 (the target). */
  readonly shrinkage: number;
}

/** A covariance divided by T, as the papers on shrinkage have it, and its means. */
export interface BiasedCovariance {
  /** Means per period, length n. */
  readonly means: Float64Array;
  /** Covariance per period, shape (n, n), divided by T. */
  readonly covariance: Matrix;
}

/**
 * Computes the covariance of the columns, divided by the number of rows.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @param sample - Their means and unbiased covariance, where they are at hand.
 * @throws {ArgumentError} There are fewer than two rows, or a return is not finite.
 */
export function biasedCovariance(returns: Matrix, sample?: WindowEstimates): BiasedCovariance {
  const { rows } = requireObservations(returns, 2);
  if (sample !== undefined) {
    const { means, covariance } = sample;
    const values = covariance.values.map((value) => (value * (rows - 1)) / rows);
    return { means, covariance: { ...covariance, values } };
  }
  const means = historicalMean(returns);
  return { means, covariance: centeredGram(returns, means, undefined, rows) };
}

/**
 * Computes (1 − δ)·S + δ·m·I.
 *
 * @param covariance - The sample covariance S, shape (n, n).
 * @param shrinkage - The weight δ, 0 … 1.
 * @param meanVariance - The mean variance m.
 */
export function shrinkToIdentity(
  covariance: Matrix,
  shrinkage: number,
  meanVariance: number,
): Matrix {
  const { rows: n } = covariance;
  const values = new Float64Array(n * n);
  for (let k = 0; k < values.length; k++) {
    values[k] = covariance.values[k] * (1 - shrinkage);
  }
  for (let i = 0; i < n; i++) {
    values[i * n + i] += shrinkage * meanVariance;
  }
  return { ...covariance, values };
}

// The squared distance of two matrices that are equal up to rounding, relative to their size.
const SAME_TARGET = 1e-26;

/** What decides how far a covariance is shrunk (Ledoit & Wolf 2003). */
interface ShrinkageProblem {
  /** The sample covariance S, shape (n, n). */
  readonly covariance: Matrix;
  /** The target F, shape (n, n). */
  readonly target: Float64Array;
  /** π, the sum of the asymptotic variances of the entries of √T·S. */
  readonly noise: number;
  /** ρ, the sum of their asymptotic covariances with those of √T·F. */
  readonly sharedNoise: number;
  /** T. */
  readonly periodCount: number;
}

/**
 * Computes (1 − δ)·S + δ·F with δ = (π − ρ) / (γT), held between 0 and 1.
 *
 * γ is the squared Frobenius distance of F and S. Where they are the same, δ is 0.
 */
export function shrinkToTarget(problem: ShrinkageProblem): ShrunkCovariance {
  const { covariance, target, noise, sharedNoise, periodCount } = problem;
  let distance = 0;
  for (let k = 0; k < target.length; k++) {
    const difference = covariance.values[k] - target[k];
    distance += difference * difference;
  }
  const isSame = distance <= SAME_TARGET * squaredNormOf(covariance.values);
  const optimal = isSame ? 0 : (noise - sharedNoise) / distance / periodCount;
  const shrinkage = Math.max(0, Math.min(1, optimal));
  const values = new Float64Array(target.length);
  for (let k = 0; k < values.length; k++) {
    values[k] = (1 - shrinkage) * covariance.values[k] + shrinkage * target[k];
  }
  return { covariance: { ...covariance, values }, shrinkage };
}

/** Computes the mean over t of ‖xₜ − x̄‖⁴. */
export function meanFourthPower(returns: Matrix, means: Float64Array): number {
  const { rows, cols, values } = returns;
  let total = 0;
  for (let t = 0; t < rows; t++) {
    const squaredLength = squaredDistance(values, t * cols, means);
    total += squaredLength * squaredLength;
  }
  return total / rows;
}

/** Computes ‖x − y‖² of the entries of x from `start` on; two sums side by side are faster than one. */
function squaredDistance(x: Float64Array, start: number, y: Float64Array): number {
  const n = y.length;
  let even = 0;
  let odd = 0;
  let j = 0;
  for (; j + 1 < n; j += 2) {
    const first = x[start + j] - y[j];
    const second = x[start + j + 1] - y[j + 1];
    even += first * first;
    odd += second * second;
  }
  if (j < n) {
    const last = x[start + j] - y[j];
    even += last * last;
  }
  return even + odd;
}

/** Computes the trace of a square matrix, divided by its size. */
export function meanVarianceOf({ rows: n, values }: Matrix): number {
  let trace = 0;
  for (let i = 0; i < n; i++) {
    trace += values[i * n + i];
  }
  return trace / n;
}

/** Computes the sum of squares. */
export function squaredNormOf(values: Float64Array): number {
  return rangeProduct(values, 0, values, 0, values.length);
}
