import { ArgumentError } from "../errors.ts";
import { choleskyFactor } from "../linalg/cholesky.ts";
import { dot, type Matrix } from "../linalg/matrix.ts";

/** Shrunk means and how far they were shrunk. */
export interface ShrunkMean {
  /** Means per period, length n. */
  readonly means: Float64Array;
  /** Weight of the target, 0 (the historical means) … 1 (the same mean for all assets). */
  readonly shrinkage: number;
}

/**
 * Computes (1 − β)·m + β·target.
 *
 * @param means - The historical means m, length n.
 * @param target - The mean that all assets are shrunk to.
 * @param shrinkage - The weight β, 0 … 1.
 */
export function shrinkMean(means: Float64Array, target: number, shrinkage: number): ShrunkMean {
  return { means: means.map((mean) => (1 - shrinkage) * mean + shrinkage * target), shrinkage };
}

/** Computes the differences of means from their target. */
export function deviationsFrom(means: Float64Array, target: number): Float64Array {
  return means.map((mean) => mean - target);
}

// Deviations that are rounding of the means, relative to them.
const SAME_MEAN = 1e-14;

/** Whether the means are their target, up to rounding. */
export function isAtTarget(deviations: Float64Array, means: Float64Array): boolean {
  return dot(deviations, deviations) <= SAME_MEAN ** 2 * dot(means, means);
}

/**
 * Checks that a covariance has a row and a column per asset.
 *
 * @throws {ArgumentError} It has another shape.
 */
export function requireCovarianceOf(covariance: Matrix, assetCount: number): void {
  const { rows, cols } = covariance;
  if (rows !== assetCount || cols !== assetCount) {
    throw new ArgumentError(`covariance is ${rows} by ${cols} for ${assetCount} assets`);
  }
}

/**
 * Factors a covariance in units of its largest variance: the inverse of a tiny one is no number.
 *
 * @returns The unit, and the Cholesky factor of Σ/unit; nothing for the factor where Σ is singular.
 */
export function factorInUnits({ rows: n, cols, values }: Matrix) {
  let unit = 0;
  for (let i = 0; i < n; i++) {
    unit = Math.max(unit, values[i * (n + 1)]);
  }
  const scaled = { rows: n, cols, values: values.map((value) => value / unit) };
  return { unit, factor: unit > 0 ? choleskyFactor(scaled) : undefined };
}
