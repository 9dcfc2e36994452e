import {
  type PositiveSemidefiniteRepair,
  repairPositiveSemidefinite,
} from "../covariance/positive-semidefinite.ts";
import { ArgumentError } from "../errors.ts";
import { dot, type Matrix, multiplyVector, requireFinite } from "../linalg/matrix.ts";
import {
  blackLittermanPosterior,
  type ContradictoryViews,
  type LinearViews,
  type Posterior,
  type Prior,
} from "./black-litterman.ts";

/** Assets as loadings on factors, r = α + B·f + e. */
export interface FactorLoadings {
  /** Constants α per period, length n. */
  readonly alphas: Float64Array;
  /** Loadings B, shape (n, m). */
  readonly loadings: Matrix;
  /** Variances of e, length n, not negative. */
  readonly residualVariances: Float64Array;
}

/** What is believed of the assets after views on factors. */
export interface FactorPosterior extends Posterior {
  /** Expected returns of the factors per period, length m. */
  readonly factorMean: Float64Array;
}

/** What is believed of the assets after views on assets and factors. */
export interface AugmentedPosterior extends FactorPosterior {
  /** What was done to make the joint covariance positive semidefinite. */
  readonly repair: PositiveSemidefiniteRepair;
}

/**
 * Combines the expected returns of factors with views on factors, and carries both to the assets.
 *
 * With the factors' posterior mean Π̂ and its covariance Ŝ = (S⁻¹ + P'Ω⁻¹P)⁻¹, S being the factors'
 * covariance, the assets have the mean α + BΠ̂ and the covariance D + BSB' + BŜB'. This is Riskfolio's
 * model without its inverses: its μ = S_BLB·S⁻¹B(Ŝ⁻¹ + B'S⁻¹B)⁻¹Ŝ⁻¹Π̂ is BΠ̂.
 *
 * @param factors - Expected returns and covariance S of the factors per period, m of them.
 * @param tau - Scale of the views' errors, as in Ω = diag(PτSP'); it does not scale the prior.
 * @param views - Views on the m factors.
 * @throws {ArgumentError} Shapes differ, or an entry is not finite.
 * @see Kolm & Ritter (2017), "On the Bayesian interpretation of Black–Litterman",
 *   doi:10.1016/j.ejor.2016.10.027
 */
export function bayesianFactorPosterior(
  model: FactorLoadings,
  factors: Prior,
  tau: number,
  views: LinearViews,
): FactorPosterior | ContradictoryViews {
  requireLoadings(model, factors.mean.length);
  const scaled = scaleUncertainty(views, factors.covariance, tau);
  const posterior = blackLittermanPosterior(factors, 1, scaled);
  if (posterior.status === "contradictory") {
    return posterior;
  }
  const mean = multiplyVector(model.loadings, posterior.mean).map(
    (value, i) => value + model.alphas[i],
  );
  // At τ = 1 the posterior covariance of the factors is S + Ŝ.
  const covariance = throughLoadings(model.loadings, posterior.covariance);
  const n = model.loadings.rows;
  for (let i = 0; i < n; i++) {
    covariance.values[i * n + i] += model.residualVariances[i];
  }
  requireFinite(mean, "posterior mean");
  requireFinite(covariance.values, "posterior covariance");
  const { mean: factorMean, viewVariances } = posterior;
  return { status: "posterior", mean, covariance, factorMean, viewVariances };
}

/**
 * Combines expected returns of assets with views on assets and on factors.
 *
 * The Black–Litterman posterior of assets and factors as one vector with the joint covariance
 * [Σ, BS; SB', S]; its part of the assets is the answer. A Σ that was shrunk may have less variance
 * than BSB' in some direction, so that the joint matrix is no covariance: it is then repaired.
 *
 * @param assets - Expected returns and covariance Σ of the assets per period, n of them.
 * @param factors - Expected returns and covariance S of the factors per period, m of them.
 * @param loadings - Loadings B of the assets on the factors, shape (n, m).
 * @param tau - Uncertainty of the prior means relative to the covariances, positive.
 * @param views - Views on the n assets and then the m factors: n + m columns.
 * @throws {ArgumentError} Shapes differ, or an entry is not finite.
 * @see Cheung (2013), "The augmented Black–Litterman model", doi:10.1080/14697688.2012.715243
 */
export function augmentedPosterior(
  assets: Prior,
  factors: Prior,
  loadings: Matrix,
  tau: number,
  views: LinearViews,
): AugmentedPosterior | ContradictoryViews {
  const n = assets.mean.length;
  const m = factors.mean.length;
  if (loadings.rows !== n || loadings.cols !== m) {
    throw new ArgumentError(
      `loadings are ${loadings.rows} by ${loadings.cols} for ${n} assets and ${m} factors`,
    );
  }
  const joint = jointPrior(assets, factors, loadings);
  const repair = repairPositiveSemidefinite(joint.covariance);
  const prior = { mean: joint.mean, covariance: repair.covariance };
  const posterior = blackLittermanPosterior(prior, tau, views);
  if (posterior.status === "contradictory") {
    return posterior;
  }
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = posterior.covariance.values.subarray(i * (n + m), i * (n + m) + n);
    covariance.set(row, i * n);
  }
  return {
    status: "posterior",
    mean: posterior.mean.slice(0, n),
    factorMean: posterior.mean.slice(n),
    covariance: { rows: n, cols: n, values: covariance },
    viewVariances: posterior.viewVariances,
    repair,
  };
}

function requireLoadings({ alphas, loadings, residualVariances }: FactorLoadings, m: number): void {
  const n = loadings.rows;
  if (loadings.cols !== m || alphas.length !== n || residualVariances.length !== n) {
    throw new ArgumentError(
      `loadings are ${n} by ${loadings.cols}, with ${alphas.length} constants and ` +
        `${residualVariances.length} residual variances, for ${m} factors`,
    );
  }
  requireFinite(alphas, "constants of the factor model");
  requireFinite(loadings.values, "loadings");
  requireFinite(residualVariances, "residual variances");
  const negative = residualVariances.findIndex((variance) => variance < 0);
  if (negative >= 0) {
    throw new ArgumentError(`residual variance ${negative} is ${residualVariances[negative]}`);
  }
}

/** Writes views whose Ω scales with τS for a prior whose own uncertainty is S. */
function scaleUncertainty(views: LinearViews, covariance: Matrix, tau: number): LinearViews {
  const { portfolios, values, uncertainty } = views;
  if (uncertainty.kind !== "proportional") {
    return views;
  }
  const k = values.length;
  const m = covariance.rows;
  const omega = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    const portfolio = portfolios.values.subarray(i * m, (i + 1) * m);
    omega[i * k + i] = tau * dot(portfolio, multiplyVector(covariance, portfolio));
  }
  const covarianceOfErrors = { rows: k, cols: k, values: omega };
  return { portfolios, values, uncertainty: { kind: "covariance", omega: covarianceOfErrors } };
}

/** Computes B·C·B', exactly symmetric. */
function throughLoadings(loadings: Matrix, covariance: Matrix): Matrix {
  const { rows: n, cols: m, values } = loadings;
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = multiplyVector(covariance, values.subarray(i * m, (i + 1) * m));
    for (let j = 0; j <= i; j++) {
      const entry = dot(row, values.subarray(j * m, (j + 1) * m));
      product[i * n + j] = entry;
      product[j * n + i] = entry;
    }
  }
  return { rows: n, cols: n, values: product };
}

function jointPrior(assets: Prior, factors: Prior, loadings: Matrix): Prior {
  const n = assets.mean.length;
  const m = factors.mean.length;
  const size = n + m;
  const values = new Float64Array(size * size);
  for (let i = 0; i < n; i++) {
    values.set(assets.covariance.values.subarray(i * n, (i + 1) * n), i * size);
    const row = multiplyVector(factors.covariance, loadings.values.subarray(i * m, (i + 1) * m));
    for (let j = 0; j < m; j++) {
      values[i * size + n + j] = row[j];
      values[(n + j) * size + i] = row[j];
    }
  }
  for (let j = 0; j < m; j++) {
    values.set(factors.covariance.values.subarray(j * m, (j + 1) * m), (n + j) * size + n);
  }
  const mean = new Float64Array(size);
  mean.set(assets.mean);
  mean.set(factors.mean, n);
  return { mean, covariance: { rows: size, cols: size, values } };
}
