import { ArgumentError } from "../../errors.ts";

// Products of a variance, two weights and the inverse of a return stay finite within these.
const SMALLEST_SIZE = 1e-100;
const LARGEST_SIZE = 1e100;

/** A volatility below 1e-20 of the largest is none: its square would be lost in any sum. */
export const RISKLESS_VARIANCE = 1e-40;

/** Σ in units in which the largest variance is 1. Ill-posed directions may add to its diagonal. */
export interface ScaledCovariance {
  readonly assetCount: number;
  /** True variance over scaled variance, for equal weights. */
  readonly varianceScale: number;
  /** Computes Σᵢⱼ. */
  entry(i: number, j: number): number;
  /** Writes Σ·x. Zero entries of x cost nothing. */
  multiply(x: Float64Array, product: Float64Array): void;
  /** Adds variance to one asset. */
  raise(asset: number, increase: number): void;
}

/** @throws {ArgumentError} The size is neither 0 nor between 1e-100 and 1e100. */
export function requireSize(size: number, what: string): void {
  if (size !== 0 && !(size >= SMALLEST_SIZE && size <= LARGEST_SIZE)) {
    throw new ArgumentError(
      `${what} is ${size}, neither 0 nor between ${SMALLEST_SIZE} and ${LARGEST_SIZE}`,
    );
  }
}
