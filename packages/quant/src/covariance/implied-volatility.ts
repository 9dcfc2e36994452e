import { ArgumentError } from "../errors.ts";
import { type Matrix, requireCovariance } from "../linalg/matrix.ts";
import { correlationFromCovariance, covarianceFromCorrelation } from "./correlation.ts";

/**
 * Computes the covariance that has the correlations of one covariance and given volatilities.
 *
 * diag(σ)·C·diag(σ), with C the correlations of history and σ what option prices imply.
 *
 * @param covariance - Where the correlations come from, shape (n, n), any unit.
 * @param volatilities - σ, length n, from 0, per whatever period the answer is to have.
 * @returns Shape (n, n), in the squared unit of σ; positive semidefinite when the input is.
 * @throws {ArgumentError} The covariance is unsound, the lengths differ, or a volatility is
 *   negative or not finite.
 */
export function impliedVolatilityCovariance(
  covariance: Matrix,
  volatilities: Float64Array,
): Matrix {
  requireCovariance(covariance);
  for (let i = 0; i < volatilities.length; i++) {
    if (!(volatilities[i] >= 0 && volatilities[i] < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`volatility ${i} is ${volatilities[i]}, not a finite number from 0`);
    }
  }
  return covarianceFromCorrelation(correlationFromCovariance(covariance), volatilities);
}
