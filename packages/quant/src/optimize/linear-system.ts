import type { Matrix } from "../linalg/matrix.ts";

/**
 * Linear limits on a vector x of length n: lower ≤ x ≤ upper and rowLower ≤ A·x ≤ rowUpper.
 *
 * What every solver core takes, in whatever unit x has. An open side is infinite; equal sides
 * make an equality.
 */
export interface LinearSystem {
  /** Length n. */
  readonly lower: Float64Array;
  /** Length n. */
  readonly upper: Float64Array;
  /** The matrix A, shape (m, n). */
  readonly rows: Matrix;
  /** Length m. */
  readonly rowLower: Float64Array;
  /** Length m. */
  readonly rowUpper: Float64Array;
}

/**
 * Multipliers that prove an x optimal for a convex f over a linear system:
 * ∇f(x) = A'·rows + bounds.
 *
 * A multiplier is positive where the lower side binds, negative where the upper side does, 0 where
 * neither does. It is the rate at which the optimal f rises with that side: a shadow price.
 */
export interface Multipliers {
  /** Length n. */
  readonly bounds: Float64Array;
  /** Length m. */
  readonly rows: Float64Array;
}

/** How far an answer is from optimal, measured on the answer itself and not on the solver's word. */
export interface Certificate {
  /** Name and version, such as `active-set/1`. */
  readonly algorithm: string;
  readonly iterations: number;
  /** Largest violation of a constraint, relative to the size of the constraints. */
  readonly primalResidual: number;
  /** Largest error of stationarity and of the multipliers' signs, relative to the gradient. */
  readonly dualResidual: number;
  /** Primal minus dual objective over max(1, |objective|); 0 where it is exact. */
  readonly gap: number;
}
