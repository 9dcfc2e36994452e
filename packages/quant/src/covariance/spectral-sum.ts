import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";

/**
 * Computes Σₖ ωₖ vₖvₖ'.
 *
 * @param vectors - The vectors vₖ as rows, shape (m, n).
 * @param weights - ωₖ, length m; negative ones count as 0.
 * @returns Shape (n, n), exactly symmetric, positive semidefinite.
 */
export function spectralSum(vectors: Matrix, weights: Float64Array): Matrix {
  const roots = weights.map((weight) => Math.sqrt(Math.max(0, weight)));
  return centeredGram(vectors, new Float64Array(vectors.cols), roots);
}
