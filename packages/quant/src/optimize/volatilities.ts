import { ArgumentError } from "../errors.ts";
import { type Matrix, requireSquare } from "../linalg/matrix.ts";

/** Volatility of each asset, or the assets that have none. */
export type Volatilities =
  | { readonly status: "positive"; readonly volatilities: Float64Array }
  | ZeroVolatility;

/** Something would have to be divided by a volatility of 0. */
export interface ZeroVolatility {
  readonly status: "zero-volatility";
  /** The assets without volatility; none when only the portfolio has none. */
  readonly assets: readonly number[];
}

/**
 * Reads volatilities from the diagonal of a covariance, for rules that divide by them.
 *
 * @param covariance - Σ, shape (n, n). Only its diagonal counts.
 * @param assetCount - n, as the constraints have it.
 * @throws {ArgumentError} Σ is not square or has another size, or a variance is negative or
 *   not finite.
 */
export function volatilitiesOf(covariance: Matrix, assetCount: number): Volatilities {
  const { rows: n, values } = requireSquare(covariance, "covariance");
  if (n !== assetCount) {
    throw new ArgumentError(`${n} rows of covariance for ${assetCount} assets`);
  }
  const variances = Float64Array.from({ length: n }, (_, i) => values[i * n + i]);
  const bad = variances.findIndex((v) => !(v >= 0 && v < Number.POSITIVE_INFINITY));
  if (bad !== -1) {
    throw new ArgumentError(`the variance of asset ${bad} is ${variances[bad]}`);
  }
  const assets = Array.from(variances.keys()).filter((i) => variances[i] === 0);
  return assets.length > 0
    ? { status: "zero-volatility", assets }
    : { status: "positive", volatilities: variances.map(Math.sqrt) };
}

/** Scales positive shares so that they sum to the budget. */
export function splitBudget(shares: Float64Array, budget: number): Float64Array {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => (budget * share) / total);
}
