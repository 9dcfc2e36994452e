import type { Matrix } from "../linalg/matrix.ts";
import { symmetricEigen } from "../linalg/symmetric-eigen.ts";
import { requireCount, requireObservations, requireWithin } from "./observations.ts";
import { informativeCount } from "./principal-factors.ts";
import { sampleCovariance } from "./sample-covariance.ts";

/** How correlations that are small are taken for noise. */
export type Thresholding = "soft" | "hard" | "smoothly-clipped";

// Fan & Li's (2001) constant of the smoothly clipped absolute deviation.
const CLIP = 3.7;

/**
 * Computes the principal orthogonal complement thresholding (POET) covariance.
 *
 * The first k principal components of the covariance stay as they are. Of what they leave, the
 * correlations ρ are thresholded at τ = C (1/√n + √(ln n/T)), or C √(ln n/T) with k = 0, and the
 * variances kept. Covariances divide by T, as in the paper.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @param factorCount - k, 0 … n, or `"automatic"`, as `principalFactors` chooses it.
 * @param constant - C, 0 … 100. At 0 it is the covariance itself.
 * @returns Per period, shape (n, n), symmetric. A small C may leave it indefinite.
 * @throws {ArgumentError} There are fewer than two rows, a return is not finite, or a setting is out
 *   of range.
 * @see Fan, Liao & Mincheva (2013), "Large covariance estimation by thresholding principal orthogonal
 *   complements", doi:10.1111/rssb.12016, eq. 2.13 and section 4.1; Fan & Li (2001),
 *   doi:10.1198/016214501753382273, for the smoothly clipped threshold
 */
export function thresholdedComponentsCovariance(
  returns: Matrix,
  {
    factorCount,
    thresholding,
    constant,
  }: {
    readonly factorCount: number | "automatic";
    readonly thresholding: Thresholding;
    readonly constant: number;
  },
): Matrix {
  requireObservations(returns, 2);
  requireWithin(constant, 0, 100, "threshold constant");
  const { rows, cols: n } = returns;
  if (factorCount !== "automatic") {
    requireCount(factorCount, 0, n, "number of factors");
  }
  const sample = sampleCovariance(returns);
  const covariance = {
    ...sample,
    values: sample.values.map((entry) => (entry * (rows - 1)) / rows),
  };
  const { values, vectors } = symmetricEigen(covariance);
  const k = factorCount === "automatic" ? informativeCount(values, rows) : factorCount;
  const common = new Float64Array(n * n);
  for (let a = n - k; a < n; a++) {
    addComponent(common, Math.max(0, values[a]), vectors.values.subarray(a * n, (a + 1) * n));
  }
  const rate = (k > 0 ? 1 / Math.sqrt(n) : 0) + Math.sqrt(Math.log(n) / rows);
  return thresholded(covariance, common, { thresholding, threshold: constant * rate });
}

function addComponent(sum: Float64Array, variance: number, vector: Float64Array): void {
  const n = vector.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      sum[i * n + j] += variance * vector[i] * vector[j];
    }
  }
}

function thresholded(
  { rows: n, values }: Matrix,
  common: Float64Array,
  { thresholding, threshold }: { readonly thresholding: Thresholding; readonly threshold: number },
): Matrix {
  const result = new Float64Array(values);
  const deviations = Float64Array.from({ length: n }, (_, i) =>
    Math.sqrt(Math.max(0, values[i * n + i] - common[i * n + i])),
  );
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const scale = deviations[i] * deviations[j];
      const rest = values[i * n + j] - common[i * n + j];
      const kept = scale > 0 ? scale * shrunk(rest / scale, threshold, thresholding) : 0;
      result[i * n + j] = common[i * n + j] + kept;
      result[j * n + i] = result[i * n + j];
    }
  }
  return { rows: n, cols: n, values: result };
}

function shrunk(correlation: number, threshold: number, thresholding: Thresholding): number {
  const size = Math.abs(correlation);
  const sign = Math.sign(correlation);
  if (thresholding === "hard") {
    return size > threshold ? correlation : 0;
  }
  if (thresholding === "soft" || size < 2 * threshold) {
    return sign * Math.max(0, size - threshold);
  }
  return size < CLIP * threshold
    ? ((CLIP - 1) * correlation - sign * CLIP * threshold) / (CLIP - 2)
    : correlation;
}
