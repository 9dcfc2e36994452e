import type { Matrix } from "../linalg/matrix.ts";
import type { Certificate, LinearSystem, Multipliers } from "../optimize/linear-system.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

/** minimize c'x + ½x'Px + Σ weight·ρ(x) over a linear system, with limits ρ(x) ≤ limit. */
export interface ConvexProgram {
  /** The vector c, length n. Absent means 0. */
  readonly linear?: Float64Array;
  /** P, symmetric positive semidefinite, shape (n, n). Absent means 0. */
  readonly quadratic?: Matrix;
  readonly terms?: readonly WeightedTerm[];
  readonly limits?: readonly TermLimit[];
  readonly system: LinearSystem;
}

export interface WeightedTerm {
  /** At least 0. */
  readonly weight: number;
  readonly term: ConvexTerm;
}

export interface TermLimit {
  readonly term: ConvexTerm;
  readonly limit: number;
}

/** The multipliers of a convex program: ∇f(x) + Σ limitsⱼ·∇ρⱼ(x) = A'·rows + bounds. */
export interface ConvexMultipliers extends Multipliers {
  /** At least 0: the rate at which the optimal objective falls as the limit rises. */
  readonly limits: Float64Array;
}

/** A point and how good it is. */
export interface ConvexPoint {
  readonly x: Float64Array;
  readonly objective: number;
  /** Values of the terms in the objective, without their weights. */
  readonly termValues: Float64Array;
  /** Values of the limited terms. */
  readonly limitValues: Float64Array;
  readonly multipliers: ConvexMultipliers;
  readonly certificate: Certificate;
}

/**
 * What became of a convex program.
 *
 * `infeasible` carries multipliers that prove it: A'·rows + bounds − Σ limitsⱼ·∇ρⱼ is 0 while the
 * limits they stand for contradict it. `unbounded` carries a direction of unlimited descent.
 * `inaccurate` and `stopped` carry the best point found, whose certificate says how far it is off.
 */
export type ConvexResult =
  | ({ readonly status: "optimal" } & ConvexPoint)
  | ({ readonly status: "inaccurate" | "stopped" } & ConvexPoint)
  | { readonly status: "infeasible"; readonly multipliers: ConvexMultipliers }
  | { readonly status: "unbounded"; readonly direction: Float64Array };

export interface ConvexOptions {
  /** Largest relative gap and residual of an optimal answer. (Default: 1e-9) */
  readonly tolerance?: number;
  /** (Default: 200) */
  readonly iterationsMax?: number;
  /**
   * A point near which the solution is thought to be, such as that of the month before, length n.
   * It makes some programs faster and changes no answer.
   */
  readonly start?: ConvexStart;
  /** Asked once an iteration; true ends the solve with the best point so far. */
  readonly shouldStop?: () => boolean;
}

/** Weights, length n, and their multipliers where another program gave them. */
export type ConvexStart = Pick<ConvexPoint, "x"> & Partial<Pick<ConvexPoint, "multipliers">>;
