import { correlationFromCovariance, deviationsOf } from "../covariance/correlation.ts";
import { ArgumentError } from "../errors.ts";
import { choleskyFactor } from "../linalg/cholesky.ts";
import { solveCholeskyMany } from "../linalg/kernels.ts";
import { dot, type Matrix, multiplyVector, requireFinite } from "../linalg/matrix.ts";
import { symmetricEigen } from "../linalg/symmetric-eigen.ts";
import { checkConstraints, largestBudget, type WeightConstraints } from "./constraints.ts";
import { riskParity } from "./risk-parity.ts";
import { checkRule, type RulePortfolio } from "./rule-portfolio.ts";
import { volatilitiesOf, type ZeroVolatility } from "./volatilities.ts";

// Components that together explain this much of the correlations.
const EXPLAINED = 0.95;
// A net position below this part of the gross one is rounding of 0.
const NET_MIN = 1e-9;

/**
 * Finds the portfolio whose factors have given shares of the variance.
 *
 * Weights are w = B⁺'y: y > 0 are the exposures to the factors, and nothing else is held. The share
 * of factor f is y_f·(B⁺Σw)_f / w'Σw. Risk parity of the factor portfolios, which are the columns of
 * B⁺', finds y.
 *
 * @param covariance - Σ, shape (n, n), symmetric positive semidefinite.
 * @param loadings - B, shape (n, k), k ≤ n, of rank k.
 * @param constraints - Their budget (of a range, the largest) is split; their limits are only checked.
 * @param riskBudgets - Positive, length k, in any unit. Absent means equal.
 * @returns The weights with the constraints that they break; or `zero-volatility`, naming no asset,
 *   where a factor portfolio has none.
 * @throws {ArgumentError} Σ, the loadings or the budgets make no sense, the factors are collinear, or
 *   long positions in all of them cancel each other.
 * @see Roncalli & Weisang (2016), "Risk parity portfolios with risk factors",
 *   doi:10.1080/14697688.2015.1046907
 */
export function factorRiskParity(
  covariance: Matrix,
  loadings: Matrix,
  constraints: WeightConstraints,
  names: readonly string[] = [],
  riskBudgets?: Float64Array,
): RulePortfolio | ZeroVolatility {
  checkConstraints(constraints);
  const n = constraints.lower.length;
  const found = volatilitiesOf(covariance, n);
  if (found.status === "zero-volatility") {
    return found;
  }
  if (loadings.rows !== n) {
    throw new ArgumentError(`${loadings.rows} rows of loadings for ${n} assets`);
  }
  const portfolios = factorPortfolios(loadings);
  const k = loadings.cols;
  const free = { lower: new Float64Array(k), upper: new Float64Array(k).fill(1) };
  const exposures = riskParity(
    covarianceOf(portfolios, covariance),
    { ...free, budget: 1, rows: [] },
    [],
    riskBudgets,
  );
  if (exposures.status === "zero-volatility") {
    return { status: "zero-volatility", assets: [] };
  }
  const weights = new Float64Array(n);
  for (let f = 0; f < k; f++) {
    for (let i = 0; i < n; i++) {
      weights[i] += exposures.weights[f] * portfolios[f][i];
    }
  }
  const net = weights.reduce((sum, weight) => sum + weight, 0);
  const gross = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  if (!(net > NET_MIN * gross)) {
    throw new ArgumentError("positive exposures to all factors leave no net long position");
  }
  const scale = largestBudget(constraints) / net;
  return checkRule(
    weights.map((weight) => weight * scale),
    constraints,
    names,
  );
}

/**
 * Makes the loadings of assets on the first principal components of their correlations, each turned
 * so that its portfolio is net long.
 *
 * @param count - k, 1 … n. Absent means as many as explain 95 % of the correlations.
 * @returns Shape (n, k).
 * @throws {ArgumentError} The number of components is out of range.
 */
export function principalLoadings(covariance: Matrix, count?: number): Matrix {
  const n = covariance.rows;
  const { values, vectors } = symmetricEigen(correlationFromCovariance(covariance));
  const k = count ?? explainingCount(values);
  if (!(Number.isInteger(k) && k >= 1 && k <= n)) {
    throw new ArgumentError(`${k} principal components of ${n} assets`);
  }
  const deviations = deviationsOf(covariance);
  const loadings = { rows: n, cols: k, values: new Float64Array(n * k) };
  for (let i = 0; i < n; i++) {
    for (let f = 0; f < k; f++) {
      loadings.values[i * k + f] = deviations[i] * vectors.values[(n - 1 - f) * n + i];
    }
  }
  for (const [f, portfolio] of factorPortfolios(loadings).entries()) {
    if (portfolio.reduce((sum, weight) => sum + weight, 0) < 0) {
      for (let i = 0; i < n; i++) {
        loadings.values[i * k + f] *= -1;
      }
    }
  }
  return loadings;
}

function explainingCount(ascending: Float64Array): number {
  const total = ascending.reduce((sum, value) => sum + Math.max(0, value), 0);
  let explained = 0;
  for (let k = 1; k < ascending.length; k++) {
    explained += Math.max(0, ascending[ascending.length - k]);
    if (explained >= EXPLAINED * total) {
      return k;
    }
  }
  return ascending.length;
}

/** The columns of B⁺' = B(B'B)⁻¹: portfolios with exposure 1 to one factor and 0 to the others. */
function factorPortfolios({ rows: n, cols: k, values }: Matrix): Float64Array[] {
  requireFinite(values, "loadings");
  const gram = new Float64Array(k * k);
  const transposed = new Float64Array(k * n);
  const sizes = columnSizes(values, n, k);
  for (let f = 0; f < k; f++) {
    for (let i = 0; i < n; i++) {
      transposed[f * n + i] = values[i * k + f] / sizes[f];
    }
  }
  for (let f = 0; f < k; f++) {
    for (let g = 0; g < k; g++) {
      gram[f * k + g] = dot(
        transposed.subarray(f * n, (f + 1) * n),
        transposed.subarray(g * n, (g + 1) * n),
      );
    }
  }
  const factor = choleskyFactor({ rows: k, cols: k, values: gram });
  if (factor === undefined) {
    throw new ArgumentError("the loadings of a factor follow from those of the others");
  }
  solveCholeskyMany(factor, k, transposed, n);
  return Array.from({ length: k }, (_, f) =>
    transposed.slice(f * n, (f + 1) * n).map((weight) => weight / sizes[f]),
  );
}

/** Euclidean norms of the columns. */
function columnSizes(values: Float64Array, n: number, k: number): Float64Array {
  return Float64Array.from({ length: k }, (_, f) => {
    const size = Math.hypot(...Array.from({ length: n }, (_unused, i) => values[i * k + f]));
    if (!(size > 0 && size < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`factor ${f} has no loading, or ones too large`);
    }
    return size;
  });
}

function covarianceOf(portfolios: readonly Float64Array[], covariance: Matrix): Matrix {
  const k = portfolios.length;
  const values = new Float64Array(k * k);
  for (let f = 0; f < k; f++) {
    const products = multiplyVector(covariance, portfolios[f]);
    for (let g = 0; g <= f; g++) {
      const entry = dot(products, portfolios[g]);
      values[f * k + g] = entry;
      values[g * k + f] = entry;
    }
  }
  return { rows: k, cols: k, values };
}
