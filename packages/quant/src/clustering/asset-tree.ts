import type { Matrix } from "../linalg/matrix.ts";
import { leafOrder, type Merge, singleLinkage } from "./linkage.ts";

/** Assets, joined step by step to ever larger clusters that move alike. */
export interface CorrelationTree {
  /** Every asset once, so that neighbors move alike, length n. */
  readonly leafOrder: readonly number[];
  /** n − 1 merges of ascending distance. */
  readonly merges: readonly Merge[];
}

/**
 * Joins assets by single linkage on the distance √(½(1 − ρ)), 0 (moving as one) … 1 (opposite).
 *
 * @param correlation - ρ, shape (n, n), symmetric, n ≥ 1. Symmetry is not checked.
 * @throws {ArgumentError} The matrix is empty, not square or not finite.
 * @see Mantegna (1999), "Hierarchical Structure in Financial Markets", equation 2 but for its
 *   factor of 2, doi:10.1007/s100510050929
 */
export function assetTree(correlation: Matrix): CorrelationTree {
  const distances = correlation.values.map((rho) => Math.sqrt(Math.max(0, (1 - rho) / 2)));
  const merges = singleLinkage({ ...correlation, values: distances });
  return { leafOrder: leafOrder(merges), merges };
}
