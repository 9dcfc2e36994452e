import { ArgumentError } from "../errors.ts";
import { type Matrix, requireFinite } from "../linalg/matrix.ts";

/** Third and fourth moments of a portfolio, and each asset's part in them. */
export interface HigherMomentParts {
  /** m₃/m₂^1.5 of the portfolio, the mₖ dividing by T. */
  readonly skewness: number;
  /** m₄/m₂² of the portfolio. */
  readonly kurtosis: number;
  /** E[(rᵢ − µᵢ)(p − µ)²]/(sᵢ m₂), length n; 0 for an asset that does not vary. */
  readonly coskewness: Float64Array;
  /** E[(rᵢ − µᵢ)(p − µ)³]/(sᵢ m₂^1.5), length n; 0 for an asset that does not vary. */
  readonly cokurtosis: Float64Array;
  /** wᵢ E[(rᵢ − µᵢ)(p − µ)²]/m₂^1.5, length n. They sum to the skewness. */
  readonly skewnessParts: Float64Array;
  /** wᵢ E[(rᵢ − µᵢ)(p − µ)³]/m₂², length n. They sum to the kurtosis. */
  readonly kurtosisParts: Float64Array;
}

// A spread that is smaller than this part of the largest value is rounding.
const ROUNDING = 1e-14;

/**
 * Splits skewness and kurtosis of a portfolio of constant weights among its assets.
 *
 * The third moment is w'M₃(w ⊗ w) and the fourth w'M₄(w ⊗ w ⊗ w), with the tensors of coskewness
 * M₃ and cokurtosis M₄; both are homogeneous, so Euler's theorem shares them out. The tensors are
 * never built.
 *
 * @param returns - Shape (T, n), T ≥ 2, finite, at most 1e30 in size.
 * @param weights - Length n, finite.
 * @returns Nothing where the portfolio does not vary.
 * @throws {ArgumentError} There are fewer than two rows, shapes differ, or a number is not finite or
 *   too large.
 * @see Martellini & Ziemann (2010), doi:10.1093/rfs/hhp099, eqs. 6 to 9
 */
export function higherMomentParts(
  returns: Matrix,
  weights: Float64Array,
): HigherMomentParts | undefined {
  requireReturns(returns);
  if (weights.length !== returns.cols) {
    throw new ArgumentError(`there are ${weights.length} weights for ${returns.cols} assets`);
  }
  requireFinite(weights, "weights");
  const { deviations, scales } = centered(returns);
  const portfolio = portfolioDeviations(deviations, weights);
  if (portfolio === undefined) {
    return undefined;
  }
  return partsOf(deviations, scales, weights, portfolio);
}

interface PortfolioDeviations {
  /** Over their root mean square, length T. */
  readonly values: Float64Array;
  /** Root mean square. */
  readonly scale: number;
}

/** Computes deviations of the portfolio; nothing where they are rounding. */
function portfolioDeviations(
  { rows, cols, values }: Matrix,
  weights: Float64Array,
): PortfolioDeviations | undefined {
  const portfolio = new Float64Array(rows);
  let largest = 0;
  let term = 0;
  for (let t = 0; t < rows; t++) {
    for (let i = 0; i < cols; i++) {
      portfolio[t] += weights[i] * values[t * cols + i];
      term = Math.max(term, Math.abs(weights[i] * values[t * cols + i]));
    }
    largest = Math.max(largest, Math.abs(portfolio[t]));
  }
  if (!(largest > ROUNDING * term)) {
    return undefined;
  }
  let square = 0;
  for (let t = 0; t < rows; t++) {
    square += (portfolio[t] / largest) ** 2 / rows;
  }
  const scale = largest * Math.sqrt(square);
  return { values: portfolio.map((value) => value / scale), scale };
}

function partsOf(
  { rows, cols, values }: Matrix,
  scales: Float64Array,
  weights: Float64Array,
  portfolio: PortfolioDeviations,
): HigherMomentParts {
  const third = new Float64Array(cols);
  const fourth = new Float64Array(cols);
  let skewness = 0;
  let kurtosis = 0;
  for (let t = 0; t < rows; t++) {
    const p = portfolio.values[t];
    skewness += p ** 3 / rows;
    kurtosis += p ** 4 / rows;
    for (let i = 0; i < cols; i++) {
      third[i] += (values[t * cols + i] * p * p) / rows;
      fourth[i] += (values[t * cols + i] * p * p * p) / rows;
    }
  }
  const perScale = (sum: number, i: number) => (scales[i] > 0 ? sum / scales[i] : 0);
  const share = (sum: number, i: number) => (weights[i] * sum) / portfolio.scale;
  return {
    skewness,
    kurtosis,
    coskewness: third.map(perScale),
    cokurtosis: fourth.map(perScale),
    skewnessParts: third.map(share),
    kurtosisParts: fourth.map(share),
  };
}

/**
 * Computes the coskewness matrix: entry (i, j·n + k) is the mean of (rᵢ − µᵢ)(rⱼ − µⱼ)(rₖ − µₖ).
 *
 * @param returns - Shape (T, n), T ≥ 2, finite, at most 1e30 in size.
 * @returns Shape (n, n²), dividing by T.
 * @throws {ArgumentError} There are fewer than two rows, or a number is not finite or too large.
 * @see Martellini & Ziemann (2010), doi:10.1093/rfs/hhp099, eq. 6
 */
export function coskewnessMatrix(returns: Matrix): Matrix {
  requireReturns(returns);
  const { deviations } = centered(returns);
  return meanProducts(deviations, pairProducts(deviations));
}

/**
 * Computes the square cokurtosis matrix: entry (i·n + j, k·n + l) is the mean of the product of the
 * deviations of assets i, j, k and l from their means.
 *
 * @param returns - As `coskewnessMatrix`.
 * @returns Shape (n², n²), dividing by T, symmetric and positive semidefinite.
 * @throws {ArgumentError} As `coskewnessMatrix`.
 * @see Cajas (2022), "Convex Optimization of Portfolio Kurtosis", doi:10.2139/ssrn.4202967, eq. 8
 */
export function cokurtosisMatrix(returns: Matrix): Matrix {
  requireReturns(returns);
  const pairs = pairProducts(centered(returns).deviations);
  return meanProducts(pairs, pairs);
}

/** Multiplies the deviations of each two assets, shape (T, n²). */
function pairProducts({ rows, cols, values }: Matrix): Matrix {
  const products = new Float64Array(rows * cols * cols);
  for (let t = 0, at = 0; t < rows; t++) {
    for (let i = 0; i < cols; i++) {
      for (let j = 0; j < cols; j++, at++) {
        products[at] = values[t * cols + i] * values[t * cols + j];
      }
    }
  }
  return { rows, cols: cols * cols, values: products };
}

/** Computes A'B/T. */
function meanProducts(a: Matrix, b: Matrix): Matrix {
  const means = new Float64Array(a.cols * b.cols);
  for (let t = 0; t < a.rows; t++) {
    for (let i = 0; i < a.cols; i++) {
      const factor = a.values[t * a.cols + i] / a.rows;
      for (let j = 0; j < b.cols; j++) {
        means[i * b.cols + j] += factor * b.values[t * b.cols + j];
      }
    }
  }
  return { rows: a.cols, cols: b.cols, values: means };
}

/** Takes off each column's mean; deviations that are rounding become 0. */
function centered({ rows, cols, values }: Matrix): {
  readonly deviations: Matrix;
  /** Root mean square of each column, length n. */
  readonly scales: Float64Array;
} {
  const deviations = new Float64Array(values);
  const scales = new Float64Array(cols);
  for (let i = 0; i < cols; i++) {
    let mean = 0;
    let largest = 0;
    for (let t = 0; t < rows; t++) {
      mean += values[t * cols + i] / rows;
      largest = Math.max(largest, Math.abs(values[t * cols + i]));
    }
    let square = 0;
    for (let t = 0; t < rows; t++) {
      deviations[t * cols + i] -= mean;
      square += deviations[t * cols + i] ** 2 / rows;
    }
    scales[i] = Math.sqrt(square);
    if (!(scales[i] > ROUNDING * largest)) {
      scales[i] = 0;
      for (let t = 0; t < rows; t++) {
        deviations[t * cols + i] = 0;
      }
    }
  }
  return { deviations: { rows, cols, values: deviations }, scales };
}

function requireReturns({ rows, values }: Matrix): void {
  if (rows < 2) {
    throw new ArgumentError(`co-moments need at least 2 rows of returns, got ${rows}`);
  }
  const wrong = values.findIndex((value) => !(Math.abs(value) <= 1e30));
  if (wrong >= 0) {
    throw new ArgumentError(`return ${wrong} is ${values[wrong]}, not a number within ±1e30`);
  }
}
