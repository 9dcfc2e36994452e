/**
 * The barrier f*(z) = −log ψ(z) − Σ cᵢ log|zᵢ| of the dual of a cone in three dimensions that is not
 * symmetric, with what is needed to differentiate it three times.
 */
export interface TripleBarrier {
  /** The cᵢ. */
  readonly logCoefficients: readonly [number, number, number];
  /** A point (s, z = s) on the central path with μ = 1. */
  readonly start: readonly [number, number, number];

  /** Whether (a, b, c) is inside the cone. */
  isInside(a: number, b: number, c: number): boolean;

  /** Whether (a, b, c) is inside the dual cone. */
  isInsideDual(a: number, b: number, c: number): boolean;

  /** Writes ψ, ∇ψ (3 entries) and ∇²ψ (00, 01, 02, 11, 12, 22) at z into `out`, length 10. */
  differentiate(z: Float64Array, out: Float64Array): void;

  /** Writes ∇³ψ(z)[a, b], length 3. */
  thirdDerivative(z: Float64Array, a: Float64Array, b: Float64Array, out: Float64Array): void;

  /** Writes the gradient of the conjugate barrier at s: the g with ∇f*(−g) = −s. */
  primalGradient(s: Float64Array, out: Float64Array): void;
}
