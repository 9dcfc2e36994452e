import { choleskyFactor, choleskySolve } from "../linalg/cholesky.ts";
import { type Matrix, requireCovariance } from "../linalg/matrix.ts";
import {
  correlationFromCovariance,
  covarianceFromCorrelation,
  deviationsOf,
} from "./correlation.ts";
import { requireWithin } from "./observations.ts";

/** A covariance whose inverse is sparse, and how far it is from the optimum. */
export interface GraphicalLassoCovariance {
  /** Same variances as the input, shape (n, n), positive definite but for assets without variance. */
  readonly covariance: Matrix;
  readonly iterations: number;
  /** Duality gap of the answer, in natural logarithms of the determinant; 0 at the optimum. */
  readonly gap: number;
}

const PENALTY_MIN = 1e-6;
const SWEEPS_MAX = 200;
const DESCENTS_MAX = 50;
const CHANGE_TOLERANCE = 1e-10;
// Within a sweep, a column is solved to this share of what the last sweep changed.
const INNER_SHARE = 0.03;
// Multiplications after which no other sweep starts: some ten seconds.
const WORK_MAX = 4e9;

/**
 * Computes the covariance of a Gaussian model with few partial correlations.
 *
 * On the correlations C: the precision Θ minimizes −ln det Θ + tr(CΘ) + α Σᵢ≠ⱼ |Θᵢⱼ|, and the
 * answer is Θ⁻¹ with the variances put back. This is scikit-learn's `graphical_lasso` for C, so
 * that α has no unit: no correlation moves by more than α, and from the largest of them on, none is
 * left. Solved a column at a time, by coordinate descent, from a positive definite start within α
 * of C, until no entry changes by 1e-10, or for some ten seconds at most: `gap` says how near the
 * optimum that is.
 *
 * @param covariance - Positive semidefinite, shape (n, n); it may be singular.
 * @param penalty - α, 0 … 1. Below 1e-6 the input is the answer, singular or not.
 * @throws {ArgumentError} The covariance is unsound, or α is out of range.
 * @see Friedman, Hastie & Tibshirani (2008), "Sparse inverse covariance estimation with the
 *   graphical lasso", doi:10.1093/biostatistics/kxm045, section 2
 */
export function graphicalLassoCovariance(
  covariance: Matrix,
  penalty: number,
): GraphicalLassoCovariance {
  requireCovariance(covariance);
  requireWithin(penalty, 0, 1, "penalty");
  if (penalty < PENALTY_MIN) {
    return { covariance, iterations: 0, gap: 0 };
  }
  const sample = correlationFromCovariance(covariance);
  const n = sample.rows;
  let best = startWithin(sample, penalty);
  let gap = dualityGap(best, sample.values, penalty) ?? Number.POSITIVE_INFINITY;
  const work = Float64Array.from(best.values);
  const coefficients = new Float64Array(n * n);
  let iterations = 0;
  let effort = 0;
  for (let change = 1; change > CHANGE_TOLERANCE && iterations < SWEEPS_MAX; iterations++) {
    if (effort > WORK_MAX) {
      break;
    }
    const tolerance = Math.max(CHANGE_TOLERANCE, change) * INNER_SHARE;
    const swept = sweep(work, sample.values, penalty, coefficients, tolerance);
    change = swept.change;
    effort += swept.effort;
    const candidate = { rows: n, cols: n, values: Float64Array.from(work) };
    const candidateGap = dualityGap(candidate, sample.values, penalty);
    if (candidateGap === undefined) {
      break;
    }
    best = candidate;
    gap = candidateGap;
  }
  return { covariance: covarianceFromCorrelation(best, deviationsOf(covariance)), iterations, gap };
}

/** Renews every column once; gives the largest change, and the multiplications that it took. */
function sweep(
  w: Float64Array,
  sample: Float64Array,
  penalty: number,
  coefficients: Float64Array,
  tolerance: number,
): { readonly change: number; readonly effort: number } {
  const n = Math.round(Math.sqrt(sample.length));
  const images = new Float64Array(n);
  let change = 0;
  let effort = n * n;
  for (let i = 0; i < n; i++) {
    const row = coefficients.subarray(i * n, (i + 1) * n);
    effort += descend({ w, sample, penalty, tolerance }, i, row, images);
    change = Math.max(change, replaceColumn(w, sample, penalty, i, images));
  }
  return { change, effort };
}

/** Moves C toward the identity until no entry has moved by more than α. */
function startWithin(sample: Matrix, penalty: number): Matrix {
  const n = sample.rows;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      largest = Math.max(largest, Math.abs(sample.values[i * n + j]));
    }
  }
  const step = largest > penalty ? penalty / largest : 1;
  const values = sample.values.map((entry) => (1 - step) * entry);
  for (let i = 0; i < n; i++) {
    values[i * n + i] = 1;
  }
  return { rows: n, cols: n, values };
}

interface Regression {
  readonly w: Float64Array;
  readonly sample: Float64Array;
  readonly penalty: number;
  readonly tolerance: number;
}

/**
 * Minimizes ½β'Wβ − c'β + α‖β‖₁ over all coordinates but i, c being column i of C.
 *
 * @param coefficients - β, where the search starts; changed.
 * @param images - Filled with Wβ.
 * @returns The number of multiplications.
 */
function descend(
  { w, sample, penalty, tolerance }: Regression,
  i: number,
  coefficients: Float64Array,
  images: Float64Array,
): number {
  const n = images.length;
  let updates = multiply(w, coefficients, images);
  for (let round = 0, change = 1; change > tolerance && round < DESCENTS_MAX; round++) {
    change = 0;
    for (let j = 0; j < n; j++) {
      const old = coefficients[j];
      const rest = sample[i * n + j] - images[j] + old;
      const next = j === i ? 0 : Math.sign(rest) * Math.max(0, Math.abs(rest) - penalty);
      if (next !== old) {
        coefficients[j] = next;
        addMultiple(images, w, j, next - old);
        updates++;
        change = Math.max(change, Math.abs(next - old));
      }
    }
  }
  return updates * n;
}

/** Fills the product Wβ; gives the number of entries of β that are not 0. */
function multiply(w: Float64Array, coefficients: Float64Array, images: Float64Array): number {
  images.fill(0);
  let count = 0;
  for (let k = 0; k < images.length; k++) {
    addMultiple(images, w, k, coefficients[k]);
    count += coefficients[k] === 0 ? 0 : 1;
  }
  return count;
}

/** Adds a multiple of row k of a square matrix. */
function addMultiple(target: Float64Array, w: Float64Array, k: number, factor: number): void {
  if (factor === 0) {
    return;
  }
  const n = target.length;
  for (let j = 0; j < n; j++) {
    target[j] += factor * w[k * n + j];
  }
}

/** Puts Wβ, held within α of C, in place of column and row i; gives the largest change. */
function replaceColumn(
  w: Float64Array,
  sample: Float64Array,
  penalty: number,
  i: number,
  images: Float64Array,
): number {
  const n = images.length;
  let change = 0;
  for (let j = 0; j < n; j++) {
    if (j !== i) {
      const center = sample[i * n + j];
      const entry = Math.max(center - penalty, Math.min(center + penalty, images[j]));
      change = Math.max(change, Math.abs(entry - w[i * n + j]));
      w[i * n + j] = entry;
      w[j * n + i] = entry;
    }
  }
  return change;
}

/**
 * Computes tr(CΘ) + α Σᵢ≠ⱼ |Θᵢⱼ| − n for Θ = W⁻¹, the duality gap of a W within α of C. Nothing when
 * W is not positive definite.
 */
function dualityGap(w: Matrix, sample: Float64Array, penalty: number): number | undefined {
  const factor = choleskyFactor(w);
  if (factor === undefined) {
    return undefined;
  }
  const n = w.rows;
  const unit = new Float64Array(n);
  let gap = -n;
  for (let i = 0; i < n; i++) {
    unit.fill(0);
    unit[i] = 1;
    const column = choleskySolve(factor, unit);
    for (let j = 0; j < n; j++) {
      gap += sample[i * n + j] * column[j] + (j === i ? 0 : penalty * Math.abs(column[j]));
    }
  }
  return gap;
}
