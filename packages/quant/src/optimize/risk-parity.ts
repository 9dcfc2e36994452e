import { correlationFromCovariance } from "../covariance/correlation.ts";
import { ArgumentError } from "../errors.ts";
import { dot, type Matrix, multiplyVector, requireCovariance } from "../linalg/matrix.ts";
import { symmetricEigenvalues } from "../linalg/symmetric-eigen.ts";
import { symmetricProduct } from "../linalg/weighted-rows.ts";
import { checkConstraints, largestBudget, type WeightConstraints } from "./constraints.ts";
import { descendByCoordinate, polishByNewton } from "./risk-budget-descent.ts";
import { checkRule, type RulePortfolio } from "./rule-portfolio.ts";
import { splitBudget, volatilitiesOf, type ZeroVolatility } from "./volatilities.ts";

/** Weights by risk budget, or what has no volatility to share out. */
export type RiskParityPortfolio = RulePortfolio | ZeroVolatility;

// Risk shares must match their budgets to this.
const SHARE_TOLERANCE = 1e-9;
// An error of shares beside the largest budget that is rounding.
const SETTLED = 1e-13;
// Relative to (Σᵢ wᵢσᵢ)². Under this, rounding of Σ moves the shares by more than the tolerance.
const VARIANCE_MIN = 1e-6;
// An eigenvalue of the correlations below this, per asset, is no rounding of 0.
const NEGATIVE_EIGENVALUE = -1e-12;

/**
 * Finds the weights of one sign whose shares of the variance equal given risk budgets:
 * wᵢ(Σw)ᵢ / w'Σw = bᵢ. Equal budgets give equal risk contributions.
 *
 * With w = y/σ, the y > 0 that minimizes ½y'Cy − Σᵢ bᵢ ln yᵢ solves it, C being the
 * correlations. It is unique. Cyclical coordinate descent comes near, Newton's method ends it.
 *
 * @param covariance - Σ, shape (n, n), symmetric positive semidefinite.
 * @param constraints - Their budget (of a range, the largest) is split; their limits are only checked.
 * @param names - Name of each asset, for the messages.
 * @param riskBudgets - Positive, length n, in any unit: they are divided by their sum.
 *   Absent means equal.
 * @returns The weights with the constraints that they break; or `zero-volatility`, naming the
 *   assets without volatility, or none where long positions cancel each other's risk.
 * @throws {ArgumentError} Σ is not a covariance or does not match the constraints, a risk
 *   budget is not positive and finite, or a constraint makes no sense by itself.
 * @see Maillard, Roncalli & Teïletche (2010), doi:10.3905/jpm.2010.36.4.060
 * @see Griveau-Billion, Richard & Roncalli (2013), "A Fast Algorithm for Computing
 *   High-Dimensional Risk Parity Portfolios", arXiv:1311.4057
 * @see Choi & Chen (2022), "Improved Iterative Methods for Solving Risk Parity Portfolio",
 *   arXiv:2203.00148
 *
 * @example
 * // Two assets: inverse volatility, 1/0.2 : 1/0.1, whatever their correlation.
 * riskParity(matrixFromRows([[0.04, 0.01], [0.01, 0.01]]), longOnly);
 * // { status: "satisfied", weights: [0.333…, 0.666…] }
 */
export function riskParity(
  covariance: Matrix,
  constraints: WeightConstraints,
  names: readonly string[] = [],
  riskBudgets?: Float64Array,
): RiskParityPortfolio {
  checkConstraints(constraints);
  const n = constraints.lower.length;
  const found = volatilitiesOf(covariance, n);
  requireCovariance(covariance);
  const budgets = unitBudgets(riskBudgets ?? new Float64Array(n).fill(1), n);
  if (found.status === "zero-volatility") {
    return found;
  }
  const exposures = exposuresFor(covariance, found.volatilities, budgets);
  if (exposures === undefined) {
    return { status: "zero-volatility", assets: [] };
  }
  const smallest = found.volatilities.reduce((least, volatility) => Math.min(least, volatility));
  const shares = exposures.map((exposure, i) => exposure * (smallest / found.volatilities[i]));
  return checkRule(splitBudget(shares, largestBudget(constraints)), constraints, names);
}

function unitBudgets(riskBudgets: Float64Array, assetCount: number): Float64Array {
  if (riskBudgets.length !== assetCount) {
    throw new ArgumentError(`${riskBudgets.length} risk budgets for ${assetCount} assets`);
  }
  const total = riskBudgets.reduce((sum, budget) => sum + budget, 0);
  const shares = riskBudgets.map((budget) => budget / total);
  const bad = shares.findIndex((share) => !(share > 0 && share <= 1));
  if (bad !== -1) {
    throw new ArgumentError(`the risk budget of asset ${bad} is ${riskBudgets[bad]}`);
  }
  return shares;
}

/**
 * Finds y > 0 with yᵢ(Cy)ᵢ = bᵢ. Where C is positive semidefinite there is no such y only if
 * some long positions cancel each other's risk.
 *
 * @returns Nothing where they do, but for rounding.
 */
function exposuresFor(
  covariance: Matrix,
  volatilities: Float64Array,
  budgets: Float64Array,
): Float64Array | undefined {
  const near = descendByCoordinate(covariance, volatilities, budgets);
  if (isSettled(covariance, volatilities, budgets, near)) {
    return near;
  }
  const correlation = correlationFromCovariance(covariance);
  const exposures = polishByNewton(correlation, budgets, near);
  const { error, variance } = shareError(
    exposures,
    multiplyVector(correlation, exposures),
    budgets,
  );
  if (error <= SHARE_TOLERANCE && variance > VARIANCE_MIN * sumOf(exposures) ** 2) {
    return exposures;
  }
  const [smallest] = symmetricEigenvalues(correlation);
  if (smallest < NEGATIVE_EIGENVALUE * correlation.rows) {
    throw new ArgumentError("covariance is not positive semidefinite");
  }
  return;
}

/** Whether descent alone has come as near as rounding lets it. */
function isSettled(
  covariance: Matrix,
  volatilities: Float64Array,
  budgets: Float64Array,
  exposures: Float64Array,
): boolean {
  const weights = exposures.map((exposure, i) => exposure / volatilities[i]);
  const products = symmetricProduct(covariance, weights).map((risk, i) => risk / volatilities[i]);
  const { error, variance } = shareError(exposures, products, budgets);
  const largestBudget = budgets.reduce((most, budget) => Math.max(most, budget), 0);
  return error <= SETTLED * largestBudget && variance > VARIANCE_MIN * sumOf(exposures) ** 2;
}

/** Computes y'Cy and the largest error of a share of it, from Cy. */
function shareError(exposures: Float64Array, products: Float64Array, budgets: Float64Array) {
  const variance = dot(exposures, products);
  const error = exposures.reduce(
    (worst, y, i) => Math.max(worst, Math.abs((y * products[i]) / variance - budgets[i])),
    0,
  );
  return { variance, error };
}

function sumOf(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
