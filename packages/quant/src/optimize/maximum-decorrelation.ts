import { correlationFromCovariance } from "../covariance/correlation.ts";
import { type Matrix, requireCovariance } from "../linalg/matrix.ts";
import type { WeightConstraints } from "./constraints.ts";
import type { FrontierResult } from "./frontier.ts";
import { traceTowards } from "./trace-towards.ts";
import { volatilitiesOf, type ZeroVolatility } from "./volatilities.ts";

/**
 * Traces the frontier to the least w'Cw, C being the correlations: the portfolio that would have the
 * least variance if all volatilities were the same.
 *
 * @param covariance - Σ, shape (n, n), symmetric positive semidefinite.
 * @returns A frontier whose `minimumVariance` is the least correlated portfolio, with a variance
 *   that is w'Cw; or why there is none.
 * @throws {ArgumentError} Σ is not a covariance or does not match the constraints, or a
 *   constraint makes no sense by itself.
 * @see Christoffersen, Errunza, Jacobs & Langlois (2012), "Is the Potential for International
 *   Diversification Disappearing?", doi:10.1093/rfs/hhs104
 */
export function traceDecorrelation(
  covariance: Matrix,
  constraints: WeightConstraints,
): FrontierResult | ZeroVolatility {
  const n = constraints.lower.length;
  const found = volatilitiesOf(covariance, n);
  requireCovariance(covariance);
  if (found.status === "zero-volatility") {
    return found;
  }
  const problem = {
    expectedReturns: new Float64Array(n),
    covariance: correlationFromCovariance(covariance),
    constraints,
  };
  return traceTowards(problem, { kind: "minimum-variance" });
}
