/**
 * A cone of a conic program, with the scaling H of the current point (s, z).
 *
 * Vectors have the layout of all conic rows; a cone reads and writes its own places only. H is the
 * symmetric positive definite matrix with Hz = s (Nesterov–Todd, or Dahl and Andersen's where the
 * cone is not symmetric).
 */
export interface Cone {
  /** Degree of the barrier: s'z = degree·μ on the central path. */
  readonly degree: number;

  /** Writes the point that a cold start begins with. */
  start(s: Float64Array, z: Float64Array): void;

  /** Computes H at a point. False when the point is not inside, which ends the solve. */
  scale(s: Float64Array, z: Float64Array, mu: number): boolean;

  /** Writes H⁻¹v. */
  divide(v: Float64Array, out: Float64Array): void;

  /** Writes d of HΔz + Δs = −s − d, which aims at centrality σμ and corrects for the given step. */
  target(point: ConicPoint, step: ConicPoint, centrality: number, out: Float64Array): void;

  /** Gives the longest step, at most `limit`, that keeps both s and z inside. */
  longestStep(point: ConicPoint, step: ConicPoint, limit: number): number;

  /** Whether the point after a step is near enough to the central path of μ to go on from. */
  isCentral(point: ConicPoint, step: ConicPoint, length: number, mu: number): boolean;

  /**
   * Multiplies rows row … row + size − 1 of a small row-major matrix by U of the scenario, where
   * U'U is H⁻¹ (for a norm, its multiple of the identity).
   */
  applyRoot(scenario: number, matrix: Float64Array, row: number, width: number): void;
}

export interface ConicPoint {
  readonly s: Float64Array;
  readonly z: Float64Array;
}

/** Where a block's cone lies: scenario t at first + t·stride. */
export interface Places {
  readonly first: number;
  readonly stride: number;
  readonly count: number;
}
