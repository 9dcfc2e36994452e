import type { Matrix } from "../linalg/matrix.ts";
import { symmetricEigen } from "../linalg/symmetric-eigen.ts";
import type { FactorForm } from "./factor-form.ts";
import { requireCount, requireObservations } from "./observations.ts";
import { sampleCovariance } from "./sample-covariance.ts";

/** The most factors that are tried when their number is not given. */
const FACTOR_COUNT_MAX = 20;

/**
 * Computes a statistical factor model: the first principal components and specific variances.
 *
 * B are the eigenvectors of the k largest eigenvalues of the sample covariance, F those
 * eigenvalues on a diagonal, and d what is missing from the sample variances. With k = n it is the
 * sample covariance.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @param factorCount - k, 0 … n, or `"automatic"`: the number that minimizes the criterion IC_p2,
 *   at most 20 and at most half of the smaller of n and T.
 * @returns Per period. The sign of a column of B is arbitrary.
 * @throws {ArgumentError} There are fewer than two rows, a return is not finite, or the number of
 *   factors is out of range.
 * @see Bai & Ng (2002), "Determining the number of factors in approximate factor models",
 *   doi:10.1111/1468-0262.00273, section 5 (IC_p2)
 */
export function principalFactors(returns: Matrix, factorCount: number | "automatic"): FactorForm {
  requireObservations(returns, 2);
  const n = returns.cols;
  if (factorCount !== "automatic") {
    requireCount(factorCount, 0, n, "number of factors");
  }
  const covariance = sampleCovariance(returns);
  const { values, vectors } = symmetricEigen(covariance);
  const k = factorCount === "automatic" ? informativeCount(values, returns.rows) : factorCount;
  const loadings = new Float64Array(n * k);
  const factorCovariance = new Float64Array(k * k);
  const specificVariances = Float64Array.from(
    { length: n },
    (_, i) => covariance.values[i * n + i],
  );
  for (let a = 0; a < k; a++) {
    const variance = Math.max(0, values[n - 1 - a]);
    factorCovariance[a * k + a] = variance;
    for (let i = 0; i < n; i++) {
      const loading = vectors.values[(n - 1 - a) * n + i];
      loadings[i * k + a] = loading;
      specificVariances[i] -= variance * loading * loading;
    }
  }
  return {
    loadings: { rows: n, cols: k, values: loadings },
    factorCovariance: { rows: k, cols: k, values: factorCovariance },
    specificVariances: specificVariances.map((variance) => Math.max(0, variance)),
  };
}

/**
 * Finds the k that minimizes ln V(k) + k (n + T)/(nT) ln min(n, T), V being the mean variance
 * that k components leave. The least k where nothing is left.
 */
export function informativeCount(eigenvalues: Float64Array, periodCount: number): number {
  const n = eigenvalues.length;
  const most = Math.min(FACTOR_COUNT_MAX, Math.floor(Math.min(n, periodCount) / 2));
  const total = eigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
  const penalty = ((n + periodCount) / (n * periodCount)) * Math.log(Math.min(n, periodCount));
  let rest = total;
  let best = 0;
  let least = Math.log(rest);
  for (let k = 1; k <= most && rest > 0; k++) {
    rest -= Math.max(0, eigenvalues[n - k]);
    if (rest <= 1e-12 * total) {
      return k;
    }
    const criterion = Math.log(rest) + k * penalty;
    if (criterion < least) {
      least = criterion;
      best = k;
    }
  }
  return best;
}
