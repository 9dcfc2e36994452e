import type { Matrix } from "../linalg/matrix.ts";
import { equalCorrelationTarget, meanCorrelation } from "./constant-correlation.ts";
import { deviationsOf } from "./correlation.ts";
import { requireWithin } from "./observations.ts";
import { biasedCovariance, meanVarianceOf, type ShrunkCovariance } from "./shrinkage.ts";

/**
 * What a covariance is shrunk to: its mean variance times the identity, its own variances without
 * correlation, or its own variances with the mean correlation.
 */
export type ShrinkageTarget = "identity" | "variances" | "constant-correlation";

/**
 * Computes (1 − δ)·S + δ·F for a weight δ that the caller chooses.
 *
 * S is the covariance divided by T, as in scikit-learn's `shrunk_covariance`. Positive
 * semidefinite for every target.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @param target - F.
 * @param shrinkage - δ, 0 (the sample covariance) … 1 (the target).
 * @throws {ArgumentError} There are fewer than two rows, a return is not finite, or δ is not
 *   between 0 and 1.
 */
export function fixedShrinkageCovariance(
  returns: Matrix,
  target: ShrinkageTarget,
  shrinkage: number,
): ShrunkCovariance {
  requireWithin(shrinkage, 0, 1, "shrinkage");
  const { covariance } = biasedCovariance(returns);
  const goal = targetOf(covariance, target);
  const values = covariance.values.map((entry, k) => (1 - shrinkage) * entry + shrinkage * goal[k]);
  return { covariance: { ...covariance, values }, shrinkage };
}

function targetOf(covariance: Matrix, target: ShrinkageTarget): Float64Array {
  const { rows: n, values } = covariance;
  if (target === "constant-correlation") {
    const deviations = deviationsOf(covariance);
    return equalCorrelationTarget(covariance, deviations, meanCorrelation(covariance, deviations));
  }
  const meanVariance = meanVarianceOf(covariance);
  const goal = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    goal[i * n + i] = target === "identity" ? meanVariance : values[i * n + i];
  }
  return goal;
}
