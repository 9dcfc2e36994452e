import { ArgumentError } from "../errors.ts";
import { type Matrix, multiplyVector } from "../linalg/matrix.ts";

/**
 * Computes the expected excess returns under which a portfolio is the best one to hold.
 *
 * π = γ Σ w: with expected returns π over the risk-free rate and no bounds, w maximizes the utility
 * π'w − (γ/2)·w'Σw, and its Sharpe ratio is the highest. With the weights of the market this is
 * what the market expects if it is in equilibrium (reverse optimization).
 *
 * @param covariance - Covariance Σ per period, shape (n, n), positive semidefinite.
 * @param weights - Weights w of the portfolio, length n.
 * @param riskAversion - Risk aversion γ, positive.
 * @returns Expected returns over the risk-free rate per period, length n.
 * @throws {ArgumentError} The lengths differ, or γ is not a positive finite number.
 * @see Black & Litterman (1992), "Global portfolio optimization", doi:10.2469/faj.v48.n5.28
 */
export function equilibriumReturns(
  covariance: Matrix,
  weights: Float64Array,
  riskAversion: number,
): Float64Array {
  if (!(riskAversion > 0 && riskAversion < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`risk aversion is ${riskAversion}, not a positive finite number`);
  }
  return multiplyVector(covariance, weights).map((product) => riskAversion * product);
}
