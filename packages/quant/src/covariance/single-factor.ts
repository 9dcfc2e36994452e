import { type Matrix, quadraticForm } from "../linalg/matrix.ts";
import type { FactorForm } from "./factor-form.ts";
import {
  biasedCovariance,
  meanFourthPower,
  type ShrunkCovariance,
  shrinkToTarget,
  squaredNormOf,
} from "./shrinkage.ts";

/** A covariance shrunk to that of a market model. */
export interface SingleFactorCovariance extends ShrunkCovariance {
  /** The market model, where nothing of the sample covariance is left. */
  readonly factors?: FactorForm;
}

/** The market as a factor: the equal-weighted mean of all returns. */
interface MarketFactor {
  /** Returns of the market less their mean, length T. */
  readonly returns: Float64Array;
  /** Variance v of the market per period. */
  readonly variance: number;
  /** Covariance bᵢ of each asset with the market per period, length n. */
  readonly covariances: Float64Array;
}

/**
 * Computes the covariance shrunk to that of a market model.
 *
 * (1 − δ)·S + δ·F, with S the covariance divided by T, Fᵢᵢ = Sᵢᵢ and Fᵢⱼ = bᵢ bⱼ / v, where the
 * market is the equal-weighted mean of all assets, v its variance and b the covariances with it.
 * δ minimizes the expected squared Frobenius distance to the true covariance. Positive
 * semidefinite. Where the market does not move, F is the diagonal of S.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @returns The covariance per period, and δ. For one asset δ is 0. Where δ is 1, its factor as well.
 * @throws {ArgumentError} There are fewer than two rows, or a return is not finite.
 * @see Ledoit & Wolf (2003), "Improved estimation of the covariance matrix of stock returns
 *   with an application to portfolio selection", doi:10.1016/S0927-5398(03)00007-0
 */
export function singleFactorCovariance(returns: Matrix): SingleFactorCovariance {
  const { means, covariance } = biasedCovariance(returns);
  if (returns.cols === 1) {
    return { covariance, shrinkage: 0 };
  }
  const { values } = covariance;
  const market = marketFactor(returns, means);
  const target = marketTarget(covariance, market);
  const noise = meanFourthPower(returns, means) - squaredNormOf(values);
  const sharedNoise = noiseOfTarget(returns, means, covariance, market);
  const shrunk = shrinkToTarget({
    covariance,
    target,
    noise,
    sharedNoise,
    periodCount: returns.rows,
  });
  return shrunk.shrinkage === 1 && market.variance > 0
    ? { ...shrunk, factors: marketForm(covariance, market) }
    : shrunk;
}

/** Writes the target as a factor model. */
function marketForm({ rows: n, values }: Matrix, market: MarketFactor): FactorForm {
  const betas = market.covariances.map((covariance) => covariance / market.variance);
  return {
    loadings: { rows: n, cols: 1, values: betas },
    factorCovariance: { rows: 1, cols: 1, values: Float64Array.of(market.variance) },
    specificVariances: betas.map((beta, i) =>
      Math.max(0, values[i * (n + 1)] - beta * market.covariances[i]),
    ),
  };
}

function marketFactor({ rows, cols: n, values }: Matrix, means: Float64Array): MarketFactor {
  const returns = new Float64Array(rows);
  const covariances = new Float64Array(n);
  let variance = 0;
  for (let t = 0; t < rows; t++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += values[t * n + i] - means[i];
    }
    const market = sum / n;
    const scaled = market / rows;
    returns[t] = market;
    variance += market * scaled;
    for (let i = 0; i < n; i++) {
      covariances[i] += (values[t * n + i] - means[i]) * scaled;
    }
  }
  return { returns, variance, covariances };
}

function marketTarget({ rows: n, values }: Matrix, market: MarketFactor): Float64Array {
  const { variance, covariances } = market;
  const target = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      target[i * n + j] = variance > 0 ? (covariances[i] * covariances[j]) / variance : 0;
    }
    target[i * n + i] = values[i * n + i];
  }
  return target;
}

/**
 * Computes ρ = Σᵢ πᵢᵢ + Σᵢ≠ⱼ ρᵢⱼ of the paper's section 2.3.
 *
 * With deviations x from the means and the market m, 2·bⱼ/v weighs the mean of xᵢ²xⱼm less
 * bᵢ Sᵢⱼ, and −bᵢbⱼ/v² that of m²xᵢxⱼ less v Sᵢⱼ. Summed over the assets first, a day costs
 * n operations and not n².
 */
function noiseOfTarget(
  { rows, cols: n, values }: Matrix,
  means: Float64Array,
  covariance: Matrix,
  market: MarketFactor,
): number {
  const { variance, covariances: b } = market;
  let ownNoise = 0;
  let first = 0;
  let second = 0;
  for (let t = 0; t < rows; t++) {
    const m = market.returns[t];
    let squares = 0;
    let weighted = 0;
    let ownCubes = 0;
    let ownSquares = 0;
    for (let i = 0; i < n; i++) {
      const x = values[t * n + i] - means[i];
      const square = x * x;
      const share = b[i] * x;
      ownNoise += square * square;
      squares += square;
      weighted += share;
      // The sums over all i and j hold the pairs i = j, which do not belong.
      ownCubes += share * square;
      ownSquares += share * share;
    }
    first += m * (squares * weighted - ownCubes);
    second += m * m * (weighted * weighted - ownSquares);
  }
  ownNoise /= rows;
  first /= rows;
  second /= rows;
  let ownPart = 0;
  for (let i = 0; i < n; i++) {
    const own = covariance.values[i * n + i];
    ownNoise -= own * own;
    ownPart += b[i] * b[i] * own;
  }
  if (variance === 0) {
    return ownNoise;
  }
  const crossPart = quadraticForm(covariance, b) - ownPart;
  return (
    ownNoise +
    (2 * (first - crossPart)) / variance -
    (second - variance * crossPart) / (variance * variance)
  );
}
