import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { ResampledEstimates } from "../optimize/resample-estimates.ts";
import { annualizeCovariance, annualizeMean } from "../returns/annualize.ts";
import { bootstrapScenarios } from "../scenarios/bootstrap.ts";

/**
 * Draws means and covariances per year from histories that a stationary bootstrap makes of one.
 *
 * The mean length of a block is T^(1/3), the order that is best for variances of means.
 *
 * @param returns - Simple returns per day, shape (T, n), T ≥ 2.
 * @see Politis & Romano (1994), doi:10.1080/01621459.1994.10476870; Hall, Horowitz & Jing (1995),
 *   doi:10.1093/biomet/82.3.561
 */
export function bootstrapEstimates(
  returns: Matrix,
  count: number,
  seed: number,
): ResampledEstimates[] {
  const blockLength = Math.max(1, Math.cbrt(returns.rows));
  return Array.from({ length: count }, (_, draw) => {
    const own = (seed + draw * SEED_STEP) >>> 0;
    const history = bootstrapScenarios(returns, returns.rows, blockLength, own);
    return {
      expectedReturns: annualizeMean(historicalMean(history.returns)),
      covariance: annualizeCovariance(sampleCovariance(history.returns)),
    };
  });
}

// Far from any seed that a caller counts through; odd, so that all draws differ.
const SEED_STEP = 0x9e3779b1;
