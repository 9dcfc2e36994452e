import type { Matrix } from "../linalg/matrix.ts";
import type { WeightConstraints } from "./constraints.ts";
import { traceFrontier } from "./critical-line/trace-frontier.ts";
import type { FrontierResult } from "./frontier.ts";
import { volatilitiesOf, type ZeroVolatility } from "./volatilities.ts";

/**
 * Traces the frontier of the weighted volatility w'σ against the variance w'Σw.
 *
 * Its portfolio of the greatest ratio (`maximumSharpe` with a rate of 0) is the most diversified
 * one: it maximizes the diversification ratio w'σ / √(w'Σw). A short position counts against
 * the weighted volatility.
 *
 * @param covariance - Σ, shape (n, n), symmetric positive semidefinite.
 * @returns A frontier whose expected returns are volatilities; or why there is none.
 * @throws {ArgumentError} Σ is not a covariance or does not match the constraints, or a
 *   constraint makes no sense by itself.
 * @see Choueifaty & Coignard (2008), "Toward Maximum Diversification",
 *   doi:10.3905/JPM.2008.35.1.40
 */
export function traceDiversification(
  covariance: Matrix,
  constraints: WeightConstraints,
): FrontierResult | ZeroVolatility {
  const found = volatilitiesOf(covariance, constraints.lower.length);
  return found.status === "zero-volatility"
    ? found
    : traceFrontier({ expectedReturns: found.volatilities, covariance, constraints });
}
