import { ArgumentError } from "../errors.ts";
import { type Matrix, multiplyVector, requireFinite } from "../linalg/matrix.ts";
import { leastSquares } from "../performance/least-squares.ts";

/** What a move of factors does to holdings. */
export interface FactorShock {
  readonly portfolioReturn: number;
  /** Return of each asset, length N. */
  readonly assetReturns: Float64Array;
  /** Part of the portfolio's return by factor, length K; they sum to it. */
  readonly factorContributions: Float64Array;
  /** Part by asset, length N; they sum to it. */
  readonly assetContributions: Float64Array;
}

/**
 * Moves assets by their betas: return = betas · shocks.
 *
 * @param weights - Fractions of the value, length N.
 * @param betas - Exposure of each asset to each factor, shape (N, K).
 * @param shocks - Return of each factor, length K.
 * @throws {ArgumentError} Lengths differ, or an entry is not finite.
 */
export function factorShock(
  weights: Float64Array,
  betas: Matrix,
  shocks: Float64Array,
): FactorShock {
  requireFinite(weights, "weights");
  requireFinite(betas.values, "betas");
  requireFinite(shocks, "shocks");
  if (weights.length !== betas.rows) {
    throw new ArgumentError(`there are ${weights.length} weights, not ${betas.rows}`);
  }
  const assetReturns = multiplyVector(betas, shocks);
  const factorContributions = shocks.map((shock, k) => {
    let exposure = 0;
    for (let j = 0; j < weights.length; j++) {
      exposure += weights[j] * betas.values[j * betas.cols + k];
    }
    return exposure * shock;
  });
  return {
    portfolioReturn: factorContributions.reduce((sum, part) => sum + part, 0),
    assetReturns,
    factorContributions,
    assetContributions: assetReturns.map((value, j) => value * weights[j]),
  };
}

/**
 * Estimates betas by regressing each asset's returns on the factors'.
 *
 * @param returns - Shape (T, N), T > K + 1, finite.
 * @param factors - Shape (T, K), finite.
 * @returns Shape (N, K), or nothing when some combination of the factors is constant.
 * @throws {ArgumentError} The rows differ or are too few, or an entry is not finite.
 */
export function factorBetas(returns: Matrix, factors: Matrix): Matrix | undefined {
  requireFinite(returns.values, "returns");
  requireFinite(factors.values, "factors");
  if (returns.rows !== factors.rows || !(returns.rows > factors.cols + 1)) {
    throw new ArgumentError(
      `${returns.rows} rows of returns and ${factors.rows} of ${factors.cols} factors`,
    );
  }
  const betas = new Float64Array(returns.cols * factors.cols);
  for (let j = 0; j < returns.cols; j++) {
    const column = Float64Array.from(
      { length: returns.rows },
      (_, t) => returns.values[t * returns.cols + j],
    );
    const fit = leastSquares(column, factors);
    if (fit === undefined) {
      return undefined;
    }
    betas.set(fit.coefficients.subarray(1), j * factors.cols);
  }
  return { rows: returns.cols, cols: factors.cols, values: betas };
}
