import { prepareKernels } from "../linalg/kernels/active-kernels.ts";
import { dot, type Matrix, multiplyVector } from "../linalg/matrix.ts";
import { symmetricProduct } from "../linalg/weighted-rows.ts";

// Both methods minimize f(y) = ½y'Cy − Σᵢ bᵢ ln yᵢ over y > 0, where ∇f = 0 means yᵢ(Cy)ᵢ = bᵢ.
// C has a diagonal of 1, and Σᵢ bᵢ = 1.

const SWEEPS_MAX = 100;
// Assets that a sweep takes at a time, and vectors that it works on.
const GROUP = 4;
const VECTORS = 5;
// A sweep that leaves more of the error than this is slow beside Newton's method.
const SLOW = 0.5;
// From here Newton's method doubles the digits at every step.
const DESCENT_TOLERANCE = 1e-7;
const NEWTON_STEPS_MAX = 100;
const ROUNDING = 1e-16;
// A step must lower f by this part of what its slope promises. One that changes no yᵢ by more
// than a tenth is taken as it is: near the minimum, rounding would mislead the comparison.
const SUFFICIENT_DECREASE = 1e-4;
const SHORT_STEP = 0.1;
const STEP_FRACTION_MIN = 1e-10;
// Errors relative to the largest budget: what Newton's steps aim at, and how accurately the system of
// a step is solved at least.
const RELATIVE_ERROR_GOAL = 1e-14;
const RESIDUAL_RATIO_MAX = 0.01;

/**
 * Minimizes f over one yᵢ at a time, in closed form, and after every sweep over the scale of y,
 * which makes y'Cy = 1.
 *
 * Works on Σ itself, w = y/σ. A sweep is one pass over its lower triangle, several rows at a time.
 *
 * @param covariance - Σ, shape (n, n).
 * @param deviations - σ > 0, length n.
 * @param budgets - b > 0, length n, summing to 1.
 * @returns y as near to the minimum as descent comes in reasonable time: within rounding, where C
 *   lets every sweep halve the error.
 * @see Choi & Chen (2022), arXiv:2203.00148
 */
export function descendByCoordinate(
  covariance: Matrix,
  deviations: Float64Array,
  budgets: Float64Array,
): Float64Array {
  const start = budgets.map(Math.sqrt);
  const products = symmetricProduct(
    covariance,
    start.map((value, i) => value / deviations[i]),
  );
  const size = GROUP * Math.ceil(covariance.cols / GROUP);
  const vectors = size * size;
  const { kernels, heap } = prepareKernels(vectors + VECTORS * size);
  writeLowerTriangle(heap, covariance, size);
  // What fills up the last group stays at 0.
  heap.fill(0, vectors, vectors + VECTORS * size);
  heap.fill(1, vectors + size, vectors + 2 * size);
  for (const [k, vector] of [start, deviations, budgets, products].entries()) {
    heap.set(vector, vectors + k * size);
  }
  const y = heap.subarray(vectors, vectors + budgets.length);
  const descent = {
    deviations,
    budgets,
    y,
    products: heap.subarray(vectors + 3 * size, vectors + 3 * size + budgets.length),
  };
  const goal = RELATIVE_ERROR_GOAL * budgets.reduce((most, budget) => Math.max(most, budget), 0);
  let before = Number.POSITIVE_INFINITY;
  for (let sweep = 0; sweep < SWEEPS_MAX && rescale(descent); sweep++) {
    const error = largestShortfall(descent);
    const isSlow = error > SLOW * before;
    if (error <= goal || (isSlow && error <= DESCENT_TOLERANCE)) {
      break;
    }
    before = error;
    kernels.sweepBudgets(0, size, vectors);
  }
  return y.slice();
}

/** Copies the lower triangle into rows of a given length; what is filled up is 0. */
function writeLowerTriangle(heap: Float64Array, { cols: n, values }: Matrix, size: number): void {
  for (let i = 0; i < n; i++) {
    heap.set(values.subarray(i * n, i * n + i + 1), i * size);
  }
  heap.fill(0, n * size, size * size);
}

/** A descent under way: y, and Σw. */
interface Descent {
  readonly deviations: Float64Array;
  readonly budgets: Float64Array;
  readonly y: Float64Array;
  readonly products: Float64Array;
}

/** Makes y'Cy = 1. Says whether it is positive. */
function rescale({ y, products, deviations }: Descent): boolean {
  let variance = 0;
  for (let i = 0; i < y.length; i++) {
    variance += y[i] * (products[i] / deviations[i]);
  }
  if (!(variance > 0)) {
    return false;
  }
  const scale = 1 / Math.sqrt(variance);
  for (let i = 0; i < y.length; i++) {
    y[i] *= scale;
    products[i] *= scale;
  }
  return true;
}

function largestShortfall({ y, products, deviations, budgets }: Descent): number {
  let largest = 0;
  for (let i = 0; i < y.length; i++) {
    largest = Math.max(largest, Math.abs(y[i] * (products[i] / deviations[i]) - budgets[i]));
  }
  return largest;
}

/**
 * Leads y to the minimum of f by Newton's method, until rounding stops it.
 *
 * Steps are relative, yᵢ ← yᵢ(1 + t·uᵢ) with (YCY + B)u = b − YCy, Y = diag(y), B = diag(b).
 *
 * @param correlation - C, shape (n, n).
 * @param budgets - b > 0, length n, summing to 1.
 * @param start - y > 0 to start from.
 * @returns The y of smallest error.
 * @see Spinu (2013), "An Algorithm for Computing Risk Parity Weights",
 *   doi:10.2139/ssrn.2297383
 */
export function polishByNewton(
  correlation: Matrix,
  budgets: Float64Array,
  start: Float64Array,
): Float64Array {
  let best = start;
  let least = Number.POSITIVE_INFINITY;
  let y = start;
  const largestBudget = budgets.reduce((most, budget) => Math.max(most, budget), 0);
  for (let step = 0; step < NEWTON_STEPS_MAX; step++) {
    const products = multiplyVector(correlation, y);
    const error = largestError(y, products, budgets);
    const isClose = least < DESCENT_TOLERANCE;
    if (!(error < least) && isClose) {
      return best;
    }
    if (error < least) {
      [best, least] = [y, error];
    }
    if (error <= ROUNDING) {
      return best;
    }
    const next = newtonStep(correlation, budgets, y, { products, ratio: error / largestBudget });
    if (next === undefined) {
      return best;
    }
    y = next;
  }
  return best;
}

/** Where a step starts. */
interface NewtonStart {
  /** Cy. */
  readonly products: Float64Array;
  /** Largest error relative to the largest budget. */
  readonly ratio: number;
}

function newtonStep(
  correlation: Matrix,
  budgets: Float64Array,
  y: Float64Array,
  { products, ratio }: NewtonStart,
): Float64Array | undefined {
  const residual = budgets.map((b, i) => b - y[i] * products[i]);
  const apply = (u: Float64Array) => {
    const image = multiplyVector(
      correlation,
      u.map((value, i) => value * y[i]),
    );
    return image.map((value, i) => value * y[i] + budgets[i] * u[i]);
  };
  const diagonal = y.map((value, i) => value * value + budgets[i]);
  const { x: u, image } = conjugateGradients(apply, diagonal, residual, accuracyFor(ratio));
  const fraction = stepFraction(budgets, u, -dot(u, residual), dot(u, image));
  return fraction === undefined ? undefined : y.map((value, i) => value * (1 + fraction * u[i]));
}

/**
 * Halves a step until it lowers f enough.
 *
 * @param slope - ∇f along the step, negative if the step descends.
 * @param curvature - ∇²f along the step at its start.
 */
function stepFraction(
  budgets: Float64Array,
  u: Float64Array,
  slope: number,
  curvature: number,
): number | undefined {
  const largest = u.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(slope < 0 && Number.isFinite(largest))) {
    return;
  }
  // Of f, the quadratic ½y'Cy is known along the step; the logarithms are summed anew.
  const first = slope + budgets.reduce((sum, b, i) => sum + b * u[i], 0);
  const second = curvature - budgets.reduce((sum, b, i) => sum + b * u[i] * u[i], 0);
  const change = (t: number) =>
    t * first +
    (t * t * second) / 2 -
    budgets.reduce((sum, b, i) => sum + b * Math.log1p(t * u[i]), 0);
  for (let t = 1; t >= STEP_FRACTION_MIN; t /= 2) {
    if (largest <= SHORT_STEP || change(t) <= SUFFICIENT_DECREASE * t * slope) {
      return t;
    }
  }
  return;
}

/** A step squares the error at best, and need not go beyond the goal. */
function accuracyFor(ratio: number): number {
  return Math.min(RESIDUAL_RATIO_MAX, Math.max(ratio, RELATIVE_ERROR_GOAL / ratio));
}

/**
 * Solves a positive definite system Ax = b by conjugate gradients, preconditioned by its diagonal.
 *
 * @param accuracy - Residual over the right-hand side at which to stop.
 * @returns x, and Ax as the residual tells it.
 */
function conjugateGradients(
  apply: (x: Float64Array) => Float64Array,
  diagonal: Float64Array,
  right: Float64Array,
  accuracy: number,
): { readonly x: Float64Array; readonly image: Float64Array } {
  const x = new Float64Array(right.length);
  const residual = right.slice();
  let search = residual.map((r, i) => r / diagonal[i]);
  let size = dot(residual, search);
  const goal = size * accuracy * accuracy;
  for (let k = 0; k < 2 * right.length + 10 && size > goal; k++) {
    const image = apply(search);
    const curvature = dot(search, image);
    if (!(curvature > 0)) {
      break;
    }
    const step = size / curvature;
    for (let i = 0; i < x.length; i++) {
      x[i] += step * search[i];
      residual[i] -= step * image[i];
    }
    const conditioned = residual.map((r, i) => r / diagonal[i]);
    const next = dot(residual, conditioned);
    const ratio = next / size;
    search = conditioned.map((r, i) => r + ratio * search[i]);
    size = next;
  }
  return { x, image: right.map((value, i) => value - residual[i]) };
}

/** Finds the largest |yᵢ(Cy)ᵢ − bᵢ|. */
function largestError(y: Float64Array, products: Float64Array, budgets: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < y.length; i++) {
    largest = Math.max(largest, Math.abs(y[i] * products[i] - budgets[i]));
  }
  return largest;
}
