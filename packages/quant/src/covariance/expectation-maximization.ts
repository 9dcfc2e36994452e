import { choleskyFactor, choleskySolve } from "../linalg/cholesky.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { covarianceFromCorrelation } from "./correlation.ts";
import {
  columnMoments,
  type ObservationPattern,
  observationPatterns,
} from "./missing-observations.ts";
import { requireCount } from "./observations.ts";

/** Gaussian means and covariance from histories with gaps. */
export interface ExpectationMaximization {
  /** Means per period, length n. */
  readonly means: Float64Array;
  /** Covariance per period, divided by T, shape (n, n), positive semidefinite. */
  readonly covariance: Matrix;
  readonly iterations: number;
  /** Whether the last iteration changed no correlation, and no mean in volatilities, by 1e-10. */
  readonly converged: boolean;
}

const CHANGE_TOLERANCE = 1e-10;
// Added to the correlations of observed assets where these have no inverse.
const RIDGE = 1e-10;

/**
 * Finds the means and the covariance that make the observed returns likeliest, were they Gaussian.
 *
 * Each iteration replaces what is missing by its expectation given what was observed, and adds
 * the covariance of that expectation's error. Without gaps it is the covariance divided by T.
 * Unlike pairwise covariances the answer is positive semidefinite, and a short history borrows
 * the risk of the period before it from the assets that it moves with. Costs a Cholesky factor per
 * pattern of gaps and iteration. Correlations of assets that never meet stay what the others imply.
 *
 * @param returns - Returns, one row per period, shape (T, n), NaN where one is missing.
 * @param iterationsMax - The most iterations, at least 1.
 * @throws {ArgumentError} A return is infinite, an asset has fewer than two observations, or
 *   `iterationsMax` is not a whole number from 1.
 * @see Dempster, Laird & Rubin (1977), doi:10.1111/j.2517-6161.1977.tb01600.x
 * @see Little & Rubin (2002), "Statistical analysis with missing data", 2nd ed., section 11.2
 */
export function expectationMaximization(
  returns: Matrix,
  iterationsMax: number,
): ExpectationMaximization {
  requireCount(iterationsMax, 1, Number.MAX_SAFE_INTEGER, "most iterations");
  const { means: centers, variances } = columnMoments(returns);
  const scales = variances.map((variance) => (variance > 0 ? Math.sqrt(variance) : 1));
  const patterns = observationPatterns(standardized(returns, centers, scales));
  const n = returns.cols;
  let means: Float64Array = new Float64Array(n);
  let covariance: Float64Array = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    covariance[i * n + i] = variances[i] > 0 ? 1 : 0;
  }
  let iterations = 0;
  let converged = false;
  while (!converged && iterations < iterationsMax) {
    const next = iterate(patterns, means, covariance);
    converged =
      Math.max(largestChange(next.means, means), largestChange(next.covariance, covariance)) <
      CHANGE_TOLERANCE;
    means = next.means;
    covariance = next.covariance;
    iterations++;
  }
  return {
    means: means.map((mean, i) => centers[i] + scales[i] * mean),
    covariance: rescaled({ rows: n, cols: n, values: covariance }, scales),
    iterations,
    converged,
  };
}

function standardized(returns: Matrix, centers: Float64Array, scales: Float64Array): Matrix {
  const n = returns.cols;
  const values = returns.values.map((x, k) => (x - centers[k % n]) / scales[k % n]);
  return { ...returns, values };
}

function rescaled(covariance: Matrix, scales: Float64Array): Matrix {
  const n = covariance.rows;
  const scaled = covarianceFromCorrelation(covariance, scales);
  for (let i = 0; i < n; i++) {
    scaled.values[i * n + i] *= covariance.values[i * n + i];
  }
  return scaled;
}

/** Computes the moments of one expectation step, and from them the next parameters. */
function iterate(
  patterns: readonly ObservationPattern[],
  means: Float64Array,
  covariance: Float64Array,
): { readonly means: Float64Array; readonly covariance: Float64Array } {
  const n = means.length;
  const sums = new Float64Array(n);
  const scatter = new Float64Array(n * n);
  let total = 0;
  for (const pattern of patterns) {
    addExpectation(pattern, means, covariance, sums, scatter);
    total += pattern.count;
  }
  const nextMeans = means.map((mean, i) => mean + sums[i] / total);
  const next = scatter.map((entry, k) => {
    const i = Math.floor(k / n);
    const j = k % n;
    return entry / total - (sums[i] / total) * (sums[j] / total);
  });
  return { means: nextMeans, covariance: next };
}

/** Adds a pattern's expected Σ(x − μ) and Σ(x − μ)(x − μ)'. */
function addExpectation(
  pattern: ObservationPattern,
  means: Float64Array,
  covariance: Float64Array,
  sums: Float64Array,
  scatter: Float64Array,
): void {
  const { observed, missing, count } = pattern;
  const n = means.length;
  const o = observed.length;
  const weights = regression(pattern, covariance, n);
  const shift = Float64Array.from(observed, (asset, a) => pattern.means[a] - means[asset]);
  const moments = pattern.scatter.map(
    (entry, k) => entry + count * shift[Math.floor(k / o)] * shift[k % o],
  );
  for (let a = 0; a < o; a++) {
    sums[observed[a]] += count * shift[a];
    for (let b = 0; b < o; b++) {
      scatter[observed[a] * n + observed[b]] += moments[a * o + b];
    }
  }
  const crossMoments = product(weights, moments, missing.length, o);
  for (let m = 0; m < missing.length; m++) {
    const i = missing[m];
    sums[i] += count * rowProduct(weights, m * o, shift, 0, o);
    for (let a = 0; a < o; a++) {
      addSymmetric(scatter, n, i, observed[a], crossMoments[m * o + a]);
    }
    for (let l = 0; l <= m; l++) {
      const expected = rowProduct(crossMoments, m * o, weights, l * o, o);
      const error = conditionalCovariance(pattern, covariance, weights, m, l);
      addSymmetric(scatter, n, i, missing[l], expected + count * error);
    }
  }
}

/** Computes the covariance that two missing returns have given what was observed. */
function conditionalCovariance(
  { observed, missing }: ObservationPattern,
  covariance: Float64Array,
  weights: Float64Array,
  m: number,
  l: number,
): number {
  const o = observed.length;
  const n = o + missing.length;
  const row = missing[l] * n;
  let rest = covariance[row + missing[m]];
  for (let a = 0; a < o; a++) {
    rest -= weights[m * o + a] * covariance[row + observed[a]];
  }
  return rest;
}

/** Computes Σₘₒ Σₒₒ⁻¹, shape (missing, observed). */
function regression(
  { observed, missing }: ObservationPattern,
  covariance: Float64Array,
  n: number,
): Float64Array {
  const o = observed.length;
  const weights = new Float64Array(missing.length * o);
  if (missing.length === 0) {
    return weights;
  }
  const block = new Float64Array(o * o);
  for (let a = 0; a < o; a++) {
    for (let b = 0; b < o; b++) {
      block[a * o + b] = covariance[observed[a] * n + observed[b]];
    }
  }
  const factor = factorWithRidge(block, o);
  for (let m = 0; m < missing.length; m++) {
    const shared = Float64Array.from(observed, (asset) => covariance[missing[m] * n + asset]);
    weights.set(choleskySolve(factor, shared), m * o);
  }
  return weights;
}

function factorWithRidge(block: Float64Array, o: number): Float64Array {
  for (let ridge = 0; ridge < 1; ridge = Math.max(RIDGE, ridge * 100)) {
    const values = block.map((entry, k) => (k % (o + 1) === 0 ? entry + ridge : entry));
    const factor = choleskyFactor({ rows: o, cols: o, values });
    if (factor !== undefined) {
      return factor;
    }
  }
  throw new Error("a positive semidefinite matrix has no Cholesky factor after a ridge");
}

function product(a: Float64Array, b: Float64Array, rows: number, cols: number): Float64Array {
  const values = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < cols; k++) {
      const factor = a[i * cols + k];
      for (let j = 0; j < cols && factor !== 0; j++) {
        values[i * cols + j] += factor * b[k * cols + j];
      }
    }
  }
  return values;
}

function rowProduct(x: Float64Array, from: number, y: Float64Array, at: number, count: number) {
  let sum = 0;
  for (let k = 0; k < count; k++) {
    sum += x[from + k] * y[at + k];
  }
  return sum;
}

function addSymmetric(matrix: Float64Array, n: number, i: number, j: number, entry: number): void {
  matrix[i * n + j] += entry;
  if (i !== j) {
    matrix[j * n + i] += entry;
  }
}

function largestChange(x: Float64Array, y: Float64Array): number {
  return x.reduce((largest, entry, k) => Math.max(largest, Math.abs(entry - y[k])), 0);
}
