import type { KinkRows } from "./kink-rows.ts";

/**
 * minimize cost'v + Σ φₜ(zₜ) over lower ≤ v ≤ upper with z = Av − b, where φₜ(z) is rightₜ·z for
 * z ≥ 0 and leftₜ·z for z ≤ 0: every linear program of hinges and linear rows. Row t with an infinite
 * slope is a limit.
 */
export interface KinkProgram {
  readonly rows: KinkRows;
  /** Slopes, length T; right ≥ left, right > −∞, left < ∞. Equal ones are both 0: no row. */
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** Length of v: the assets, then the borders. */
  readonly cost: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** A vertex from which no edge leads down, and the multipliers that prove it. */
export interface KinkVertex {
  readonly v: Float64Array;
  /** qₜ, a slope between leftₜ and rightₜ: length T. */
  readonly slopes: Float64Array;
  /** cost + A'q: what is left for the bounds. */
  readonly reducedCosts: Float64Array;
  readonly iterations: number;
  /** Whether no other point is as good, with a margin. */
  readonly isUnique: boolean;
}
