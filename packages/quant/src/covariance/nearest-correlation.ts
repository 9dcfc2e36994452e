import { ArgumentError } from "../errors.ts";
import { type Matrix, requireFinite, requireSquare } from "../linalg/matrix.ts";
import { type SymmetricEigen, symmetricEigen } from "../linalg/symmetric-eigen.ts";
import {
  correlationFromCovariance,
  covarianceFromCorrelation,
  deviationsOf,
} from "./correlation.ts";
import { spectralSum } from "./spectral-sum.ts";

/** The covariance with the nearest correlations, and what was done. */
export interface NearestCovariance {
  /** Same variances as the input, shape (n, n), positive semidefinite. */
  readonly covariance: Matrix;
  /** Frobenius norm of the change of the correlations. */
  readonly correlationChange: number;
  readonly iterations: number;
  /** Largest error of the conditions for the nearest matrix: how far its diagonal was from 1. */
  readonly residual: number;
}

const NEWTON_STEPS_MAX = 100;
const CONJUGATE_STEPS_MAX = 200;
const TOLERANCE = 1e-13;
const HALVINGS_MAX = 30;
const SUFFICIENT_DECREASE = 1e-4;

/**
 * Finds the correlations nearest to those of a matrix that is not positive semidefinite.
 *
 * X minimizes the Frobenius distance to the correlations among all positive semidefinite matrices
 * with 1 on the diagonal: the limit of Higham's alternating projections. Here Newton's method finds
 * it from the dual, X = (C + diag y)₊, quadratically: some ten eigendecompositions where the
 * projections need hundreds. Clipping eigenvalues and rescaling is faster, but changes more.
 *
 * @param covariance - Symmetric, finite, variances from 0, shape (n, n), n ≥ 1. Correlations may
 *   exceed 1.
 * @throws {ArgumentError} The matrix is not square or not finite, or has a negative variance.
 * @see Higham (2002), "Computing the nearest correlation matrix", doi:10.1093/imanum/22.3.329
 * @see Qi & Sun (2006), "A quadratically convergent Newton method for computing the nearest
 *   correlation matrix", doi:10.1137/050624509, algorithm 5.1
 */
export function nearestCovariance(covariance: Matrix): NearestCovariance {
  requireSquare(covariance, "covariance");
  requireFinite(covariance.values, "covariance");
  const target = rawCorrelations(covariance);
  const n = target.rows;
  let y: Float64Array = new Float64Array(n);
  let point = evaluate(target, y);
  let iterations = 0;
  while (point.residual > TOLERANCE * n && iterations < NEWTON_STEPS_MAX) {
    const step = newtonStep(point);
    const next = lineSearch(target, y, step, point);
    if (next === undefined) {
      break;
    }
    iterations++;
    y = next.y;
    point = next;
  }
  const nearest = correlationFromCovariance(point.projection);
  return {
    covariance: covarianceFromCorrelation(nearest, deviationsOf(covariance)),
    correlationChange: frobeniusDistance(nearest, target),
    iterations,
    residual: point.residual,
  };
}

function rawCorrelations(covariance: Matrix): Matrix {
  const { rows: n, values } = covariance;
  const deviations = deviationsOf(covariance);
  const ratios = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    if (!(values[i * n + i] >= 0)) {
      throw new ArgumentError(`covariance has a negative variance at ${i}: ${values[i * n + i]}`);
    }
    for (let j = 0; j < i; j++) {
      const scale = deviations[i] * deviations[j];
      ratios[i * n + j] = scale > 0 ? values[i * n + j] / scale : 0;
      ratios[j * n + i] = ratios[i * n + j];
    }
    ratios[i * n + i] = 1;
  }
  return { rows: n, cols: n, values: ratios };
}

/** The dual objective θ(y) = ½‖(C + diag y)₊‖² − Σy and what belongs to it. */
interface DualPoint {
  readonly y: Float64Array;
  readonly eigen: SymmetricEigen;
  /** (C + diag y)₊. */
  readonly projection: Matrix;
  readonly objective: number;
  /** ∇θ: the diagonal of the projection, less 1. */
  readonly gradient: Float64Array;
  readonly residual: number;
}

function evaluate(target: Matrix, y: Float64Array): DualPoint {
  const n = target.rows;
  const shifted = Float64Array.from(target.values);
  for (let i = 0; i < n; i++) {
    shifted[i * n + i] += y[i];
  }
  const eigen = symmetricEigen({ rows: n, cols: n, values: shifted });
  const projection = spectralSum(eigen.vectors, eigen.values);
  let objective = 0;
  let residual = 0;
  const gradient = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    objective += 0.5 * Math.max(0, eigen.values[i]) ** 2 - y[i];
    gradient[i] = projection.values[i * n + i] - 1;
    residual = Math.max(residual, Math.abs(gradient[i]));
  }
  return { y, eigen, projection, objective, gradient, residual };
}

/** Takes the longest of the steps 1, ½, ¼ … that lowers θ; nothing when rounding hides it. */
function lineSearch(
  target: Matrix,
  y: Float64Array,
  step: Float64Array,
  from: DualPoint,
): DualPoint | undefined {
  const slope = step.reduce((sum, entry, i) => sum + entry * from.gradient[i], 0);
  for (let k = 0, length = 1; k < HALVINGS_MAX; k++, length /= 2) {
    const next = evaluate(
      target,
      y.map((entry, i) => entry + length * step[i]),
    );
    const isLower = next.objective <= from.objective + SUFFICIENT_DECREASE * length * slope;
    if (isLower || next.residual < from.residual / 2) {
      return next;
    }
  }
  return undefined;
}

/** Solves V·h = −∇θ by conjugate gradients, V being the generalized Hessian. */
function newtonStep({ eigen, gradient, residual }: DualPoint): Float64Array {
  const n = gradient.length;
  const damping = Math.min(1e-10, residual * 1e-3);
  const step = new Float64Array(n);
  const rest = gradient.map((entry) => -entry);
  const direction = Float64Array.from(rest);
  let size = squared(rest);
  const goal = size * Math.min(0.01, residual) ** 2;
  for (let k = 0; k < CONJUGATE_STEPS_MAX && size > goal; k++) {
    const image = hessianProduct(eigen, direction, damping);
    const curvature = image.reduce((sum, entry, i) => sum + entry * direction[i], 0);
    if (!(curvature > 0)) {
      break;
    }
    const length = size / curvature;
    for (let i = 0; i < n; i++) {
      step[i] += length * direction[i];
      rest[i] -= length * image[i];
    }
    const next = squared(rest);
    for (let i = 0; i < n; i++) {
      direction[i] = rest[i] + (next / size) * direction[i];
    }
    size = next;
  }
  return step;
}

/**
 * Computes V·h = diag(P(Ω∘(P'·diag(h)·P))P') + ε·h. Ω is 1 for two positive eigenvalues, so the sum
 * is taken over the others, of which there are few.
 */
function hessianProduct(
  { values, vectors }: SymmetricEigen,
  h: Float64Array,
  damping: number,
): Float64Array {
  const n = h.length;
  const image = h.map((entry) => (1 + damping) * entry);
  for (let l = 0; l < n && values[l] <= 0; l++) {
    const low = vectors.values.subarray(l * n, (l + 1) * n);
    for (let k = l; k < n; k++) {
      const high = vectors.values.subarray(k * n, (k + 1) * n);
      // 1 − Ω: all of it for two that are not positive, λ₋/(λ₋ − λ₊) for one; k ≠ l counts twice.
      const share = values[k] > 0 ? values[l] / (values[l] - values[k]) : 1;
      subtractPair(image, h, low, high, share * (k === l ? 1 : 2));
    }
  }
  return image;
}

/** Subtracts factor · (x'·diag(h)·y) · (x∘y). */
function subtractPair(
  image: Float64Array,
  h: Float64Array,
  x: Float64Array,
  y: Float64Array,
  factor: number,
): void {
  let inner = 0;
  for (let i = 0; i < h.length; i++) {
    inner += x[i] * h[i] * y[i];
  }
  for (let i = 0; i < h.length; i++) {
    image[i] -= factor * inner * x[i] * y[i];
  }
}

function squared(x: Float64Array): number {
  return x.reduce((sum, entry) => sum + entry * entry, 0);
}

function frobeniusDistance(a: Matrix, b: Matrix): number {
  return Math.sqrt(a.values.reduce((sum, entry, k) => sum + (entry - b.values[k]) ** 2, 0));
}
