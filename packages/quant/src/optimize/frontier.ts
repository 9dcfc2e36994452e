import type { FactorForm } from "../covariance/factor-form.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { Conflict } from "./conflicts.ts";
import type { WeightConstraints } from "./constraints.ts";

/** What a frontier is traced from. Period and unit of the returns are the caller's. */
export interface MeanVarianceProblem {
  /** Expected returns μ per period as fractions, length n. */
  readonly expectedReturns: Float64Array;
  /** Covariance Σ of returns per period, shape (n, n), symmetric positive semidefinite. */
  readonly covariance: Matrix;
  /**
   * Σ again as BFB' + diag(d), where that is known: n·k operations then take the place of n². They
   * are relied on only as far as its variances agree.
   */
  readonly factors?: FactorForm | undefined;
  readonly constraints: WeightConstraints;
}

/**
 * A point at which the efficient frontier turns.
 *
 * It minimizes ½w'Σw − λμ'w at its `lambda`. For λ between two neighbors, weights are linear
 * in λ. Where the frontier has a kink, one point appears twice, with the λ at both ends of
 * the range over which it is optimal.
 */
export interface TurningPoint {
  /** Weights as fractions, length n. */
  readonly weights: Float64Array;
  /** μ'w per period. */
  readonly expectedReturn: number;
  /** w'Σw per period. */
  readonly variance: number;
  /** Weight λ of the return against half the variance; 0 at the last point. */
  readonly lambda: number;
}

/** The efficient frontier, whole and exact. */
export interface EfficientFrontier {
  /** From the greatest expected return down to the least variance; at least one. */
  readonly turningPoints: readonly TurningPoint[];
  readonly problem: MeanVarianceProblem;
  /** Changes of the working set that it took. */
  readonly iterations: number;
}

/** A frontier, or why there is none. */
export type FrontierResult =
  | { readonly status: "optimal"; readonly frontier: EfficientFrontier }
  | { readonly status: "infeasible"; readonly conflicts: readonly Conflict[] };
