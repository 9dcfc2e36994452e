import { ArgumentError } from "../errors.ts";
import { requireCovarianceOf } from "../expected-returns/shrunk-mean.ts";
import { dot, type Matrix, multiplyVector, requireFinite } from "../linalg/matrix.ts";
import { reduceSystem } from "./view-system.ts";
import { type ViewUncertainty, viewCovariance } from "./view-uncertainty.ts";

/** Linear views P·μ = Q + error on expected returns. */
export interface LinearViews {
  /** The portfolios P that the views are about, one row each, shape (k, n). */
  readonly portfolios: Matrix;
  /** Their expected returns Q per period, length k. */
  readonly values: Float64Array;
  readonly uncertainty: ViewUncertainty;
}

/** What is believed before the views. */
export interface Prior {
  /** Expected returns π per period, length n. */
  readonly mean: Float64Array;
  /** Covariance Σ of returns per period, shape (n, n). */
  readonly covariance: Matrix;
}

/** What is believed after the views. */
export interface Posterior {
  readonly status: "posterior";
  /** Expected returns per period, length n. */
  readonly mean: Float64Array;
  /** Covariance of returns per period, estimation error included: Σ + M, shape (n, n). */
  readonly covariance: Matrix;
  /** Variances of the views' errors, the diagonal of Ω, length k; infinite at confidence 0. */
  readonly viewVariances: Float64Array;
}

/** Views held with certainty that no expected returns satisfy together. */
export interface ContradictoryViews {
  readonly status: "contradictory";
  /** Indices of the views, ascending. One alone is a view on a portfolio without risk. */
  readonly views: readonly number[];
}

/**
 * Combines prior expected returns with views.
 *
 * μ = π + τΣP'(PτΣP' + Ω)⁻¹(Q − Pπ), and the covariance is Σ + M with
 * M = τΣ − τΣP'(PτΣP' + Ω)⁻¹PτΣ, the error of μ. Views that certain others imply are left out;
 * without views, μ is π and M is τΣ.
 *
 * @param tau - Uncertainty of the prior mean relative to Σ, positive; 1/T is usual.
 * @throws {ArgumentError} Shapes differ, τ is not positive and finite, an entry is not finite, or the
 *   posterior is too large for a number.
 * @see Black & Litterman (1992), "Global portfolio optimization", doi:10.2469/faj.v48.n5.28;
 *   He & Litterman (1999), "The intuition behind Black–Litterman model portfolios", appendix B,
 *   doi:10.2139/ssrn.334304
 */
export function blackLittermanPosterior(
  prior: Prior,
  tau: number,
  views: LinearViews,
): Posterior | ContradictoryViews {
  requireViews(prior, tau, views);
  const { portfolios, values } = views;
  const k = values.length;
  const n = prior.mean.length;
  const cross = scaledCross(prior.covariance, portfolios, tau);
  const spread = portfolioProducts(portfolios, cross);
  const { omega, ignored } = viewCovariance(views.uncertainty, spread, k);
  const active = indicesWithout(k, ignored);
  const { system, surprises, tolerances } = activeSystem(active, spread, omega, prior.mean, views);
  const reduced = reduceSystem(system, surprises, tolerances);
  if (reduced.status === "contradictory") {
    return { status: "contradictory", views: reduced.rows.map((row) => active[row]) };
  }
  const count = reduced.kept.length;
  const right = new Float64Array(count * (n + 1));
  for (const [i, row] of reduced.kept.entries()) {
    right.set(cross.subarray(active[row] * n, (active[row] + 1) * n), i * (n + 1));
    right[i * (n + 1) + n] = surprises[row];
  }
  solveLower(reduced.factor, right, count, n + 1);
  const posterior = combine(prior, tau, right, count);
  requireFinite(posterior.mean, "posterior mean");
  requireFinite(posterior.covariance.values, "posterior covariance");
  const viewVariances = Float64Array.from({ length: k }, (_, i) =>
    ignored.has(i) ? Number.POSITIVE_INFINITY : omega[i * k + i],
  );
  return { status: "posterior", ...posterior, viewVariances };
}

function requireViews(prior: Prior, tau: number, { portfolios, values }: LinearViews): void {
  requireCovarianceOf(prior.covariance, prior.mean.length);
  if (!(tau > 0 && tau < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`tau is ${tau}, not a positive finite number`);
  }
  if (portfolios.rows !== values.length) {
    throw new ArgumentError(`${portfolios.rows} views have ${values.length} values`);
  }
  if (values.length > 0 && portfolios.cols !== prior.mean.length) {
    throw new ArgumentError(
      `views are on ${portfolios.cols} assets, the prior has ${prior.mean.length}`,
    );
  }
  requireFinite(prior.mean, "prior mean");
  requireFinite(prior.covariance.values, "covariance");
  requireFinite(portfolios.values, "view portfolios");
  requireFinite(values, "view values");
}

/** Computes P·τΣ, row-major, shape (k, n). */
function scaledCross(covariance: Matrix, portfolios: Matrix, tau: number): Float64Array {
  const n = covariance.rows;
  const cross = new Float64Array(portfolios.rows * n);
  for (let i = 0; i < portfolios.rows; i++) {
    const product = multiplyVector(covariance, portfolios.values.subarray(i * n, (i + 1) * n));
    for (let j = 0; j < n; j++) {
      cross[i * n + j] = tau * product[j];
    }
  }
  return cross;
}

/** Computes (P·τΣ)P', row-major, shape (k, k), exactly symmetric. */
function portfolioProducts(portfolios: Matrix, cross: Float64Array): Float64Array {
  const { rows: k, cols: n, values } = portfolios;
  const products = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(cross.subarray(i * n, (i + 1) * n), values.subarray(j * n, (j + 1) * n));
      products[i * k + j] = product;
      products[j * k + i] = product;
    }
  }
  return products;
}

function indicesWithout(count: number, ignored: ReadonlySet<number>): readonly number[] {
  return Array.from({ length: count }, (_, i) => i).filter((i) => !ignored.has(i));
}

// Rounding of Q − Pπ relative to the sizes of Q and of the terms of Pπ.
const SURPRISE_ROUNDING = 1e-10;

/** Restricts PτΣP' + Ω and Q − Pπ to the views that count. */
function activeSystem(
  active: readonly number[],
  spread: Float64Array,
  omega: Float64Array,
  mean: Float64Array,
  { portfolios, values }: LinearViews,
) {
  const k = values.length;
  const n = mean.length;
  const count = active.length;
  const system = new Float64Array(count * count);
  const surprises = new Float64Array(count);
  const tolerances = new Float64Array(count);
  for (const [i, view] of active.entries()) {
    for (const [j, other] of active.entries()) {
      system[i * count + j] = spread[view * k + other] + omega[view * k + other];
    }
    let size = Math.abs(values[view]);
    surprises[i] = values[view];
    for (let asset = 0; asset < n; asset++) {
      const term = portfolios.values[view * n + asset] * mean[asset];
      surprises[i] -= term;
      size += Math.abs(term);
    }
    tolerances[i] = SURPRISE_ROUNDING * size;
  }
  return { system, surprises, tolerances };
}

/** Solves L·X = B in place, B row-major with `cols` columns. */
function solveLower(factor: Float64Array, right: Float64Array, count: number, cols: number): void {
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < i; k++) {
      const coefficient = factor[i * count + k];
      for (let j = 0; j < cols; j++) {
        right[i * cols + j] -= coefficient * right[k * cols + j];
      }
    }
    const pivot = factor[i * count + i];
    for (let j = 0; j < cols; j++) {
      right[i * cols + j] /= pivot;
    }
  }
}

/** Computes π + Y'z and (1 + τ)Σ − Y'Y from the rows (Y, z) of `solved`. */
function combine(prior: Prior, tau: number, solved: Float64Array, count: number) {
  const n = prior.mean.length;
  const mean = Float64Array.from(prior.mean);
  const values = prior.covariance.values.map((entry) => (1 + tau) * entry);
  for (let k = 0; k < count; k++) {
    const offset = k * (n + 1);
    const shift = solved[offset + n];
    for (let i = 0; i < n; i++) {
      const left = solved[offset + i];
      mean[i] += left * shift;
      for (let j = 0; j < n; j++) {
        values[i * n + j] -= left * solved[offset + j];
      }
    }
  }
  return { mean, covariance: { rows: n, cols: n, values } };
}
